export default function List() {
  return <p>List</p>;
}
