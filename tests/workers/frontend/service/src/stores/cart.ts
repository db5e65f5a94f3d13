import { create } from "zustand";

interface Cart {
  isbns: string[];
  add: (isbn: string) => void;
}

export const useCart = create<Cart>((set) => ({
  isbns: [],
  add: (isbn) => set((cart) => ({ isbns: [...cart.isbns, isbn] })),
}));
