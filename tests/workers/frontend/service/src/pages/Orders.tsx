import { useSession } from "../stores/session";

export default function Orders() {
  const account = useSession((session) => session.account);
  return (
    <main>
      <h1>Orders of {account}</h1>
      <label>
        Year <input type="number" min="2020" />
      </label>
    </main>
  );
}
