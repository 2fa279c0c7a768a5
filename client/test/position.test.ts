import assert from "node:assert/strict";
import { test } from "node:test";
import { byPosition, lastPosition, positionAfter } from "../src/record/position.ts";

test("each position sorts after the one before, as bytes do, and stays short", () => {
  let last = positionAfter(undefined);
  for (let row = 0; row < 5000; row += 1) {
    const next = positionAfter(last);
    assert.ok(next > last, `${next} after ${last}`);
    assert.match(next, /^[0-9A-Za-z]{1,64}$/);
    last = next;
  }
  assert.equal(last.length, 3);
});

test("a position is found after any other client's", () => {
  for (const last of ["z", "zz", "V", "a0", "azz", "Zzzz", "0"]) assert.ok(positionAfter(last) > last, last);
  assert.equal(positionAfter("a0z"), "a10");
  assert.equal(positionAfter("zz"), "zz0");
});

test("rows at one position fall in the order of their ids, everywhere the same", () => {
  const rows = [
    { id: "b", pos: "a01" },
    { id: "c", pos: "a00" },
    { id: "a", pos: "a01" },
  ];
  assert.deepEqual(rows.sort(byPosition).map((row) => row.id), ["c", "a", "b"]);
  assert.equal(lastPosition(rows), "a01");
  assert.equal(lastPosition([]), undefined);
});
