import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { type Here, type QuorumRule, missing } from "../src/record/quorum.ts";

interface Case {
  name: string;
  rule: QuorumRule;
  here: Here[];
  missing: string[];
}

// The server's own cases; the tests run in the client's folder.
const cases = JSON.parse(readFileSync("../server/minutes/golden/quorum.json", "utf8")) as Case[];

test("the page and the server agree who must be here", () => {
  assert.ok(cases.length > 5);
  for (const one of cases) assert.deepEqual(missing(one.rule, one.here), one.missing, one.name);
});
