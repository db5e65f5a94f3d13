export async function loader() {
  return null;
}

export default function Index() {
  return <p>Hi</p>;
}
