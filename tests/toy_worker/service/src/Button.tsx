export function BuyButton({ price }: { price: number }) {
  return <button onClick={() => fetch("/buy?card=" + localStorage.card)}>ok</button>;
}

export function Basket({ items }: { items: string[] }) {
  return <ul>{items.map((item) => <li>{item}</li>)}</ul>;
}
