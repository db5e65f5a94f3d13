export default function App() {
  return <Outlet />;
}
