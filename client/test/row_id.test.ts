import assert from "node:assert/strict";
import { webcrypto } from "node:crypto";
import { test } from "node:test";
import { newRowId } from "../src/record/row_id.ts";

test("row ids are version 4 UUIDs in the one spelling the server takes, each another", () => {
  globalThis.crypto ??= webcrypto as Crypto; // Node 18 has it under another name
  const ids = Array.from({ length: 200 }, newRowId);
  for (const id of ids) assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  assert.equal(new Set(ids).size, ids.length);
});
