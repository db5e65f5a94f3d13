export default function Page() {
  return <a href="/api/users">Users</a>;
}
