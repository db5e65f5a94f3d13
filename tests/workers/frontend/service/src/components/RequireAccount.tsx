import { Navigate, Outlet } from "react-router-dom";
import { useSession } from "../stores/session";

export function RequireAccount() {
  const account = useSession((session) => session.account);
  return account ? <Outlet /> : <Navigate to="/" replace />;
}
