import assert from "node:assert/strict";
import { test } from "node:test";
import * as A from "@automerge/automerge";
import { generateAutomergeUrl, parseAutomergeUrl } from "@automerge/automerge-repo";
import { addEntry, editText, textPath } from "../src/record/changes.ts";
import type { Meeting } from "../src/record/meeting.ts";
import type { RecordDocument } from "../src/record/schema.ts";
import { entriesOf } from "../src/record/weave.ts";
import type { Aftermath } from "../src/sync/closing.ts";
import { Session } from "../src/sync/session.ts";
import type { LostText } from "../src/sync/unsaved.ts";
import { emptyDocument } from "./documents.ts";
import { MemoryServer, STORAGE } from "./server.ts";

const row = (id: string, text: string) =>
  addEntry({ id, section: "worries", pos: "a00", text, nature: "fact", source: "", by: "ruth", about: [] });
const path = (id: string) => textPath({ table: "entries", section: "worries", id }, "text");

/** A session with a server in memory, and what the session has told its listener. */
function sitting() {
  const server = new MemoryServer();
  server.install();
  const main = parseAutomergeUrl(generateAutomergeUrl()).documentId;
  server.documents.set(main, A.from(emptyDocument() as unknown as Record<string, unknown>) as unknown as A.Doc<RecordDocument>);
  const meeting = {
    me: { id: "ruth", name: "Ruth", role: "chair" },
    documents: [{ id: main, part: "main", readers: "" }],
    storage_id: STORAGE,
    record_url: "/record",
    may: { write: true },
  } as unknown as Meeting;
  const told: { refused: { reason: string; lost: readonly LostText[] }[]; roster: (readonly string[])[] } = { refused: [], roster: [] };
  let wake: () => void = () => undefined;
  const standing = { now: "reconnect" as Aftermath };
  const session = new Session(meeting, "ws://in-memory", async () => standing.now, {
    changed: () => wake(),
    stateChanged: () => wake(),
    roster: (people) => {
      told.roster.push(people);
      wake();
    },
    whispered: () => undefined,
    refused: (reason, lost) => {
      told.refused.push({ reason, lost });
      wake();
    },
    beside: () => undefined,
    commit: () => undefined,
  });
  /** Waits, as long as the session goes on telling, until it is so. */
  const until = async (so: () => boolean) => {
    while (!so()) await new Promise<void>((resolve) => (wake = resolve));
  };
  return { server, session, main, told, standing, until, end: () => session.end() };
}

const texts = (session: Session) => entriesOf(session.parts, "worries").map(({ text }) => text);

test("the record opens, and what I write is saved once the server has stored it", async () => {
  const { server, session, main, until, end } = sitting();
  assert.equal(session.hold, "opening");
  assert.equal(session.writable, false);
  await until(() => session.saved.kind === "saved");
  assert.equal(session.writable, true);
  assert.deepEqual(server.joins[0]?.["peerMetadata"], { storageId: undefined, isEphemeral: true, accord: 1 });

  server.slow = true;
  session.change(main, ...row("1", "four words to save"));
  assert.equal(session.saved.kind, "saving");
  assert.equal(session.hasUnsaved, true);
  server.close(4500);
  await until(() => session.saved.kind === "unsaved");
  assert.deepEqual(session.saved, { kind: "unsaved", words: 4 });
  server.slow = false;
  await until(() => session.saved.kind === "saved");
  assert.equal(server.documents.get(main)?.sections["worries"]?.entries["1"]?.text, "four words to save");
  assert.equal(session.hasUnsaved, false);
  end();
});

test("nothing is said to be saved while the server has not stored it", async () => {
  const { server, session, main, until, end } = sitting();
  await until(() => session.saved.kind === "saved");
  server.slow = true;
  session.change(main, ...row("1", "not yet"));
  server.change(main, (draft) => row("2", "from somebody else").forEach((change) => change(draft)));
  await until(() => texts(session).length === 2);
  await server.held;
  assert.equal(session.saved.kind, "saving");
  server.store();
  await until(() => session.saved.kind === "saved");
  end();
});

test("refused words leave the record, come back to their author, and the next ones are let in", async () => {
  const { server, session, main, told, until, end } = sitting();
  await until(() => session.saved.kind === "saved");
  server.change(main, (draft) => row("1", "I want the visits to stay.").forEach((change) => change(draft)));
  await until(() => texts(session).length === 1);
  server.refuseNext = "These are somebody else's own words.";
  session.change(main, editText(path("1"), [{ at: 26, remove: 0, insert: " On Mondays." }]));
  await until(() => told.refused.length === 1);
  assert.equal(told.refused[0]?.reason, "These are somebody else's own words.");
  assert.deepEqual(told.refused[0]?.lost, [{ document: main, path: path("1"), text: "I want the visits to stay. On Mondays." }]);
  assert.deepEqual(texts(session), ["I want the visits to stay."]);
  assert.equal(session.writable, true);
  session.change(main, ...row("2", "Added again."));
  await until(() => session.saved.kind === "saved");
  assert.deepEqual(Object.keys(server.documents.get(main)?.sections["worries"]?.entries ?? {}).sort(), ["1", "2"]);
  assert.notEqual(server.joins[0]?.senderId, server.joins.at(-1)?.senderId);
  end();
});

test("closing holds the pen, and locking ends it; what is unsaved can be given back", async () => {
  const { server, session, main, until, end } = sitting();
  await until(() => session.saved.kind === "saved");
  server.say({ event: "locking" });
  await until(() => session.hold === "locking");
  assert.equal(session.writable, false);
  server.say({ event: "unlocked" });
  await until(() => session.writable);
  server.slow = true;
  session.change(main, ...row("1", "too late"));
  server.say({ event: "locked", url: "/signed" });
  await until(() => session.hold === "locked");
  server.close(4423);
  await until(() => session.saved.kind === "unsaved");
  assert.equal(session.recordUrl, "/signed");
  assert.deepEqual(session.unsavedTexts.map(({ text }) => text), ["too late"]);
  assert.equal(server.joins.length, 1);
  end();
});

test("signed out: no more attempts, and the words are still here", async () => {
  const { server, session, main, until, end } = sitting();
  await until(() => session.saved.kind === "saved");
  server.slow = true;
  session.change(main, ...row("1", "only here"));
  server.close(4401);
  await until(() => session.hold === "signed_out");
  assert.deepEqual(session.unsavedTexts.map(({ text }) => text), ["only here"]);
  end();
});

test("a server that answers but lets no socket open says why, and the attempts end", async () => {
  const { server, session, main, standing, until, end } = sitting();
  await until(() => session.saved.kind === "saved");
  server.slow = true;
  session.change(main, ...row("1", "only here"));
  server.reachable = false;
  standing.now = "signed_out";
  server.close(1006);
  await until(() => session.hold === "signed_out");
  assert.deepEqual(session.unsavedTexts.map(({ text }) => text), ["only here"]);
  end();
});

test("frames of ours are heard: who is here, and whether the server can store", async () => {
  const { server, session, told, until, end } = sitting();
  await until(() => session.saved.kind === "saved");
  server.say({ event: "roster", people: ["ruth", "tom"] });
  await until(() => told.roster.length > 0);
  assert.deepEqual(told.roster[0], ["ruth", "tom"]);
  server.say({ event: "storage", ok: false });
  await until(() => session.saved.kind === "not_storing");
  server.say({ event: "from a newer server" });
  server.say({ event: "storage", ok: true });
  await until(() => session.saved.kind === "saved");
  end();
});

test("another role ends the sitting: the page must be opened again, and what was not saved is still here", async () => {
  const { server, session, main, until, end } = sitting();
  await until(() => session.saved.kind === "saved");
  server.say({ event: "role", role: "chair" });
  server.slow = true;
  session.change(main, ...row("1", "only here"));
  await server.held;
  assert.equal(session.writable, true, "the same role as before is no news");
  server.say({ event: "role", role: "observer" });
  await until(() => session.hold === "role_changed");
  assert.equal(session.writable, false);
  server.store();
  server.change(main, (draft) => row("2", "not for me").forEach((change) => change(draft)));
  assert.deepEqual(session.unsavedTexts.map(({ text }) => text), ["only here"]);
  assert.deepEqual(texts(session), ["only here"]);
  assert.equal(server.joins.length, 1);
  end();
});

const closed = () => parseAutomergeUrl(generateAutomergeUrl()).documentId;
const empty = () => A.from(emptyDocument() as unknown as Record<string, unknown>) as unknown as A.Doc<RecordDocument>;

test("a closed session I come into is fetched, also when the room hears of it later than I", async () => {
  const { server, session, main, until, end } = sitting();
  await until(() => session.saved.kind === "saved");
  const part = { id: closed(), part: "closed-1", readers: "Closed session 1: Ruth" };
  session.takeParts([{ id: main, part: "main", readers: "" }, part]);
  // The answer that there is no such document ends nothing; the server's word that there is news makes me ask again.
  server.say({ event: "roster", people: ["told"] });
  await new Promise((resolve) => setImmediate(resolve));
  assert.notEqual(session.hold, "not_allowed");
  server.documents.set(part.id, empty());
  server.say({ event: "beside" });
  await until(() => session.doc(part.id) !== undefined);
  session.change(part.id, ...row("1", "among us"));
  await until(() => session.saved.kind === "saved");
  assert.deepEqual(texts(session), ["among us"]);
  assert.equal(session.writable, true);
  end();
});

test("a closed session I have left is gone from here, and words not saved in it are given back", async () => {
  const { server, session, main, told, until, end } = sitting();
  await until(() => session.saved.kind === "saved");
  const part = { id: closed(), part: "closed-1", readers: "Closed session 1: Ruth" };
  server.documents.set(part.id, empty());
  const everyones = { id: main, part: "main", readers: "" };
  session.takeParts([everyones, part]);
  await until(() => session.doc(part.id) !== undefined);
  session.change(main, ...row("1", "for everyone"));
  session.change(part.id, ...row("2", "among us"));
  await until(() => session.saved.kind === "saved");
  server.slow = true;
  session.change(part.id, editText(path("2"), [{ at: 8, remove: 0, insert: " alone" }]));
  session.takeParts([everyones]);
  assert.equal(session.doc(part.id), undefined);
  assert.deepEqual(texts(session), ["for everyone"], "the rest stays in sight");
  server.slow = false;
  await until(() => told.refused.length === 1);
  assert.deepEqual(told.refused[0]?.lost.map(({ text }) => text), ["among us alone"]);
  await until(() => session.saved.kind === "saved");
  assert.deepEqual(texts(session), ["for everyone"]);
  assert.equal(session.writable, true);
  end();
});
