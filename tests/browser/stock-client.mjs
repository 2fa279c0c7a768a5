// A stock automerge-repo that edits a meeting as somebody else's software would, told what to do line by line: each line in
// is a JSON command, each line out the JSON answer to it.
import { createInterface } from "node:readline";
import { randomUUID } from "node:crypto";
import { ImmutableString, splice } from "@automerge/automerge";
import { Repo } from "@automerge/automerge-repo";
import { WebSocketClientAdapter } from "@automerge/automerge-repo-network-websocket";

const PATIENCE_MS = 30_000;
const RETRY_MS = 1_000;

/** Addresses with a ticket in each, which opens one connection and no more. */
let urls = [];
let adapter, handle, storage, connected, ended;
/** The heads that the server last said it stores, since the last edit. */
let told = [];

const commands = {
  async open({ document, urls: given }) {
    urls = given;
    adapter = new WebSocketClientAdapter(urls[0], RETRY_MS);
    Object.defineProperty(adapter, "url", { get: () => next(urls) });
    adapter.on("peer-candidate", ({ peerMetadata }) => {
      storage = peerMetadata.storageId;
      connected = true;
      const { socket } = adapter;
      const used = socket.url;
      urls = urls.filter((url) => url !== used);
      socket.addEventListener("close", ({ code }) => {
        connected = false;
        ended = code;
      });
    });
    const repo = new Repo({ network: [adapter] });
    handle = await repo.find(`automerge:${document}`);
    handle.on("remote-heads", ({ storageId, heads }) => {
      if (storageId === storage) told = heads;
    });
    return { storage };
  },

  /** Adds an entry in somebody's name and gives its id. */
  add({ section, by, text }) {
    const id = randomUUID();
    edit((record) => {
      record.sections[section].entries[id] = {
        pos: new ImmutableString("a1"),
        text,
        nature: new ImmutableString("fact"),
        source: new ImmutableString("told the meeting"),
        by: new ImmutableString(by),
        about: {},
      };
    });
    return id;
  },

  /** Types at the end of an entry. */
  append({ section, entry, text }) {
    edit((record) => {
      const end = record.sections[section].entries[entry].text.length;
      splice(record, ["sections", section, "entries", entry, "text"], end, 0, text);
    });
    return null;
  },

  /** Waits for the event by which a stock client learns that all it has written is stored. */
  async saved() {
    await until(() => handle.heads().every((head) => told.includes(head)));
    return null;
  },

  async reads({ text }) {
    await until(() => JSON.stringify(handle.doc()).includes(text));
    return null;
  },

  record() {
    return handle.doc();
  },

  /** Waits until the connection has ended, and gives the code it ended with. */
  async ended() {
    await until(() => ended !== undefined && !connected);
    return ended;
  },

  /** Addresses for the connections to come. */
  urls({ urls: given }) {
    urls = given;
    ended = undefined;
    return null;
  },
};

// A ticket that was used before its answer came is answered 401, a server that is going resets the connection; the adapter
// throws both where nobody can catch them, and goes on trying.
process.on("uncaughtException", (error) => console.error(`stock client: ${error.message}`));

for await (const line of createInterface({ input: process.stdin })) {
  const { command, ...rest } = JSON.parse(line);
  try {
    const answer = await within(commands[command](rest), command);
    console.log(JSON.stringify({ answer }));
  } catch (error) {
    console.log(JSON.stringify({ error: String(error) }));
  }
}
process.exit(0);

function next(list) {
  const first = list.shift();
  list.push(first);
  return first;
}

function edit(change) {
  told = [];
  handle.change(change);
}

/** Looks again after whatever may have changed the answer. */
async function until(condition) {
  while (!condition()) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

function within(promise, what) {
  const late = new Promise((_, reject) => {
    setTimeout(() => reject(new Error(`waited in vain for: ${what}`)), PATIENCE_MS).unref();
  });
  return Promise.race([promise, late]);
}
