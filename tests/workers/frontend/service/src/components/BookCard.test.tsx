import { render, screen } from "@testing-library/react";
import { MemoryRouter } from "react-router-dom";
import { expect, it } from "vitest";
import { BookCard } from "./BookCard";

it("shows title and price", () => {
  render(
    <MemoryRouter>
      <BookCard isbn="9783" title="Momo" price={1295} />
    </MemoryRouter>,
  );
  expect(screen.getByText("Momo")).toBeTruthy();
  expect(screen.getByText("12.95 €")).toBeTruthy();
});
