import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { add, count } from "./cart.mjs";

describe("cart", () => {
  it("adds a book", () => {
    assert.deepEqual(add({}, "9783"), { 9783: 1 });
  });

  it("counts copies", () => {
    assert.equal(count(add(add({}, "9783"), "9783")), 2);
  });
});
