// Edits a meeting with the stock automerge-repo, as somebody else's software would. Told what to do by its environment;
// the last line it prints is the document as JSON.
import { randomUUID } from "node:crypto";
import { ImmutableString } from "@automerge/automerge";
import { Repo } from "@automerge/automerge-repo";
import { WebSocketClientAdapter } from "@automerge/automerge-repo-network-websocket";

const { SYNC_URL, DOCUMENT, SECTION, BY, WRITES, EXPECTS } = process.env;
const PATIENCE_MS = 30_000;

const adapter = new WebSocketClientAdapter(SYNC_URL);
const repo = new Repo({ network: [adapter] });
const server = new Promise((resolve) => adapter.on("peer-candidate", resolve));
const handle = await within(repo.find(`automerge:${DOCUMENT}`), "the document");
const { peerMetadata } = await within(server, "the server's greeting");
console.log(`greeted by a server with storage ${peerMetadata.storageId}`);

const id = randomUUID();
handle.change((record) => {
  record.sections[SECTION].entries[id] = {
    pos: new ImmutableString("a1"),
    text: WRITES,
    nature: new ImmutableString("fact"),
    source: new ImmutableString("told the meeting"),
    by: new ImmutableString(BY),
    about: {},
  };
});
await within(saved(), "word from the server that it is saved");
console.log("saved");
await within(reads(EXPECTS), `the words: ${EXPECTS}`);
console.log(JSON.stringify(handle.doc()));
process.exit(0);

/** Every head of ours is among the heads that the server says it stores. */
function saved() {
  return fulfilled("remote-heads", () => {
    const stored = handle.getSyncInfo(peerMetadata.storageId)?.lastHeads ?? [];
    return handle.heads().every((head) => stored.includes(head));
  });
}

function reads(text) {
  return fulfilled("change", () => JSON.stringify(handle.doc()).includes(text));
}

function fulfilled(event, condition) {
  return new Promise((resolve) => {
    const look = () => {
      if (!condition()) return;
      handle.off(event, look);
      resolve();
    };
    handle.on(event, look);
    look();
  });
}

function within(promise, what) {
  const late = new Promise((_, reject) => {
    setTimeout(() => reject(new Error(`waited in vain for ${what}`)), PATIENCE_MS).unref();
  });
  return Promise.race([promise, late]);
}
