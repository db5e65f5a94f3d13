import { lazy, StrictMode, Suspense } from "react";
import { createRoot } from "react-dom/client";
import { createBrowserRouter, RouterProvider } from "react-router-dom";
import { RequireAccount } from "./components/RequireAccount";
import { BookPage } from "./pages/BookPage";
import { Catalogue } from "./pages/Catalogue";

const Orders = lazy(() => import("./pages/Orders"));

const router = createBrowserRouter([
  { path: "/", element: <Catalogue /> },
  { path: "/books/:isbn", element: <BookPage /> },
  {
    path: "/account",
    element: <RequireAccount />,
    children: [
      { path: "orders", element: <Suspense fallback={null}><Orders /></Suspense> },
    ],
  },
]);

createRoot(document.getElementById("root")!).render(
  <StrictMode>
    <RouterProvider router={router} />
  </StrictMode>,
);
