import assert from "node:assert/strict";
import { test } from "node:test";
import { Presence, type Writer } from "../src/live/presence.ts";

function room() {
  const said: { document: string; body: unknown }[] = [];
  const stopped: Writer[] = [];
  const presence = new Presence(
    (document, body) => said.push({ document, body }),
    (writers) => stopped.push(...writers),
  );
  return { presence, said, stopped };
}

const writing = (row: string) => ({ writing: { sheet: "worries", row } });

test("somebody writes until they stop, or fall silent", () => {
  const { presence, stopped } = room();
  presence.heard("priya", writing("1"), 0);
  presence.heard("tom", writing(""), 0);
  assert.deepEqual(presence.writers.map(({ person, row }) => [person, row]), [["priya", "1"], ["tom", ""]]);
  presence.heard("tom", { writing: null }, 1000);
  presence.forget(5000);
  assert.deepEqual(presence.writers.map(({ person }) => person), ["priya"]);
  presence.forget(7000);
  assert.deepEqual(presence.writers, []);
  assert.deepEqual(stopped.map(({ person }) => person), ["tom", "priya"]);
});

test("what makes no sense is as if nothing had been said", () => {
  const { presence } = room();
  for (const body of [null, 3, {}, { writing: "x" }, { writing: { sheet: "a" } }]) presence.heard("priya", body, 0);
  assert.deepEqual(presence.writers, []);
});

test("I say where I write once, again after a while, and never across parts without stopping first", () => {
  const { presence, said } = room();
  presence.typed("main", { sheet: "worries", row: "1" }, 0);
  presence.typed("main", { sheet: "worries", row: "1" }, 1000);
  assert.equal(said.length, 1);
  presence.typed("main", { sheet: "worries", row: "1" }, 3500);
  assert.equal(said.length, 2);
  presence.typed("professionals", { sheet: "worries", row: "" }, 3600);
  assert.deepEqual(said.slice(2), [
    { document: "main", body: { writing: null } },
    { document: "professionals", body: writing("") },
  ]);
  presence.stopped();
  presence.stopped();
  assert.deepEqual(said.slice(4), [{ document: "professionals", body: { writing: null } }]);
});
