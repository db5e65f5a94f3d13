export function add(cart, isbn) {
  return { ...cart, [isbn]: (cart[isbn] ?? 0) + 1 };
}

export function count(cart) {
  return Object.values(cart).reduce((sum, number) => sum + number, 0);
}

export function clear() {
  return {};
}
