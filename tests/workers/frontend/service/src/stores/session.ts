import { create } from "zustand";

interface Session {
  account: string | null;
}

export const useSession = create<Session>(() => ({ account: localStorage.getItem("account") }));
