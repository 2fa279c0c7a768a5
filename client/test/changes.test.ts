import assert from "node:assert/strict";
import { test } from "node:test";
import * as A from "@automerge/automerge";
import {
  type Change,
  addAction,
  addDecision,
  addEntry,
  addView,
  editText,
  editsInPieces,
  remove,
  setAbout,
  setAgreed,
  setScalar,
  textAt,
  textPath,
} from "../src/record/changes.ts";
import { emptyDocument } from "./documents.ts";

const ROW = "5b0b5a52-6f0e-4a4c-9d3a-6a35e0f2a001";
const PERSON = "5b0b5a52-6f0e-4a4c-9d3a-6a35e0f2b002";
const CHILD = "5b0b5a52-6f0e-4a4c-9d3a-6a35e0f2c003";
const entry = {
  id: ROW,
  section: "worries",
  pos: "a00",
  text: "He is \u{1F600} and \u0628\u062E\u064A\u0631",
  nature: "fact",
  source: "register",
  by: PERSON,
  about: [CHILD],
} as const;

/** Makes a change, and says what Automerge recorded: `make` and `set` of each key, `text` for what is typed. */
function recorded(doc: A.Doc<ReturnType<typeof emptyDocument>>, change: Change) {
  const after = A.change(A.clone(doc), (draft) => change(draft as never));
  const last = A.getLastLocalChange(after);
  assert.ok(last);
  const ops = A.decodeChange(last).ops as { action: string; key?: string; insert?: boolean; value?: unknown }[];
  const fields = ops.filter((op) => !op.insert && op.key !== undefined).map((op) => `${op.action} ${op.key}`);
  return { after, fields, ops };
}

function open() {
  return A.from(emptyDocument() as unknown as Record<string, unknown>) as A.Doc<ReturnType<typeof emptyDocument>>;
}

test("a new entry is whole, in one change: prose a Text, everything else a scalar", () => {
  const [make, ...rest] = addEntry(entry);
  assert.ok(make);
  assert.equal(rest.length, 0);
  const { after, fields, ops } = recorded(open(), make);
  assert.deepEqual(fields.sort(), [
    `makeMap ${ROW}`,
    "makeMap about",
    "makeText text",
    "set by",
    `set ${CHILD}`,
    "set nature",
    "set pos",
    "set source",
  ].sort());
  for (const op of ops) if (op.action === "set" && op.key !== undefined && op.key !== CHILD) assert.equal(typeof op.value, "string");
  assert.equal(textAt(after as never, textPath({ table: "entries", section: "worries", id: ROW }, "text")), entry.text);
});

test("an entry too long for one change follows in several, each small enough", () => {
  const text = "word ".repeat(6000);
  let doc = open();
  const changes = addEntry({ ...entry, text });
  assert.equal(changes.length, 3);
  for (const change of changes) {
    const { after, ops } = recorded(doc, change);
    assert.ok(ops.length < 20_000);
    doc = after;
  }
  assert.equal(textAt(doc as never, ["sections", "worries", "entries", ROW, "text"]), text);
});

test("decisions, views and actions are whole too, with empty texts as Texts", () => {
  const decision = { id: ROW, pos: "a00", child: CHILD, text: "Stay at home", rationale: "", category: "", agreed: false };
  assert.deepEqual(recorded(open(), addDecision(decision)).fields.sort(), [
    `makeMap ${ROW}`,
    "makeText rationale",
    "makeText text",
    "set agreed",
    "set child",
    "set pos",
  ].sort());
  const view = { id: ROW, decision: ROW, agency: "", by: PERSON, position: "agree", reason: "" } as const;
  assert.deepEqual(recorded(open(), addView(view)).fields.sort(), [
    `makeMap ${ROW}`,
    "makeText reason",
    "set agency",
    "set by",
    "set decision",
    "set position",
  ].sort());
  const action = { id: ROW, pos: "a00", outcome: "", what: "Visit", owner: "", due: "", measure: "", about: [], status: "open" } as const;
  assert.deepEqual(recorded(open(), addAction(action)).fields.sort(), [
    `makeMap ${ROW}`,
    "makeMap about",
    "makeText measure",
    "makeText outcome",
    "makeText what",
    "set due",
    "set owner",
    "set pos",
    "set status",
  ].sort());
});

test("an edit of a text inserts and deletes characters, at UTF-16 positions", () => {
  let doc = open();
  for (const change of addEntry(entry)) doc = recorded(doc, change).after;
  const path = textPath({ table: "entries", section: "worries", id: ROW }, "text");
  const { after, ops } = recorded(doc, editText(path, [{ at: 8, remove: 0, insert: ", well" }]));
  assert.equal(textAt(after as never, path), "He is \u{1F600}, well and \u0628\u062E\u064A\u0631");
  assert.ok(ops.every((op) => op.action === "set" && op.insert === true));
  const gone = recorded(after, editText(path, [{ at: 6, remove: 2, insert: "" }]));
  assert.equal(textAt(gone.after as never, path), "He is , well and \u0628\u062E\u064A\u0631");
  assert.deepEqual(gone.ops.map((op) => op.action), ["del"]);
});

test("a long paste is several changes with one result", () => {
  let doc = open();
  for (const change of addEntry({ ...entry, text: "ab" })) doc = recorded(doc, change).after;
  const path = textPath({ table: "entries", section: "worries", id: ROW }, "text");
  const pasted = "x\u{1F600}".repeat(9000);
  for (const change of editsInPieces(path, [{ at: 1, remove: 0, insert: pasted }])) doc = recorded(doc, change).after;
  assert.equal(textAt(doc as never, path), `a${pasted}b`);
});

test("setting a field puts one string; about adds and deletes only what differs", () => {
  let doc = open();
  for (const change of addEntry(entry)) doc = recorded(doc, change).after;
  const path = { table: "entries", section: "worries", id: ROW } as const;
  assert.deepEqual(recorded(doc, setScalar(path, { field: "nature", value: "opinion" })).fields, ["set nature"]);
  const line = recorded(doc, setScalar(path, { field: "source", value: "two\nlines" }));
  assert.deepEqual(line.ops.map((op) => op.value), ["two lines"]);
  assert.deepEqual(recorded(doc, setAbout(path, [])).fields, [`del ${CHILD}`]);
  assert.deepEqual(recorded(doc, setAbout(path, [CHILD, PERSON])).fields, [`set ${PERSON}`]);
});

test("agreed is a boolean", () => {
  const decision = { id: ROW, pos: "a00", child: CHILD, text: "", rationale: "", category: "", agreed: false };
  const { after } = recorded(open(), addDecision(decision));
  assert.deepEqual(recorded(after, setAgreed(ROW, true)).ops.map((op) => op.value), [true]);
});

test("a removed row stays, with who removed it and when, once", () => {
  let doc = open();
  for (const change of addEntry(entry)) doc = recorded(doc, change).after;
  const path = { table: "entries", section: "worries", id: ROW } as const;
  const { after, fields, ops } = recorded(doc, remove(path, PERSON, new Date("2026-11-23T10:00:00Z")));
  assert.deepEqual(fields.sort(), ["makeMap removed", "set at", "set by"]);
  assert.deepEqual(ops.slice(1).map((op) => op.value).sort(), ["2026-11-23T10:00:00.000Z", PERSON]);
  const again = A.change(after, (draft) => remove(path, PERSON, new Date())(draft as never));
  assert.deepEqual(A.getHeads(again), A.getHeads(after));
});

test("optional fields are written only where they say something, and a row is read without them", () => {
  const [bare] = addEntry(entry);
  const [full] = addEntry({ ...entry, tool: "Three Houses", scale: "7" });
  assert.ok(bare && full);
  assert.ok(!recorded(open(), bare).fields.some((field) => field === "set tool" || field === "set scale"));
  const { after, fields } = recorded(open(), full);
  assert.ok(fields.includes("set tool") && fields.includes("set scale") && !fields.includes("set attachment"));
  const row = (after as never as { sections: { worries: { entries: Record<string, { tool: unknown }> } } }).sections.worries.entries[ROW];
  assert.equal(String(row?.tool), "Three Houses");
  const decision = { id: ROW, pos: "a00", child: CHILD, text: "Stay", rationale: "", category: "neglect", agreed: false, outcome: "Plan goes on" };
  const decided = recorded(open(), addDecision(decision)).fields;
  assert.ok(decided.includes("set category") && decided.includes("set outcome") && !decided.includes("set threshold"));
});
