export default function Layout() {
  return <Outlet />;
}
