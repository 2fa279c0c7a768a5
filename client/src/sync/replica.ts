// My copy of the record's documents, kept in step with the server's by the stock Repo. It lives in memory alone: nothing
// of a record is kept in browser storage. A copy that holds a change the server refused can't be mended (everything
// later builds on it), so a replica is thrown away as a whole and a new one made, with a new actor.
import type { Patch } from "@automerge/automerge/slim";
import { type DocHandle, type DocumentId, Repo, type StorageId } from "@automerge/automerge-repo/slim";
import type { Change } from "../record/changes.ts";
import type { PartReference } from "../record/meeting.ts";
import type { RecordDocument } from "../record/schema.ts";
import { isStored } from "./saved.ts";
import { SocketAdapter, type SocketListener } from "./socket_adapter.ts";

export interface ReplicaListener extends SocketListener {
  /** `before` is missing when the document has just arrived. */
  changed(document: string, whose: "mine" | "theirs", patches: readonly Patch[], before: RecordDocument | undefined): void;
  /** The server has said what it has stored. */
  confirmed(document: string): void;
  whispered(document: string, message: unknown): void;
  /** The server says there is no such document for me. */
  denied(document: string): void;
}

interface Copy {
  handle: DocHandle<RecordDocument>;
  doc: RecordDocument | undefined;
}

export class Replica {
  readonly adapter: SocketAdapter;
  readonly #repo: Repo;
  readonly #storage: StorageId;
  readonly #listener: ReplicaListener;
  readonly #copies = new Map<string, Copy>();
  #changing = false;

  constructor(url: string, storage: string, documents: readonly PartReference[], listener: ReplicaListener) {
    this.adapter = new SocketAdapter(url, listener);
    this.#repo = new Repo({ network: [this.adapter], isEphemeral: true });
    this.#storage = storage as StorageId;
    this.#listener = listener;
    this.adapter.on("message", ({ type, documentId }) => {
      if (type === "doc-unavailable" && documentId !== undefined) listener.denied(documentId);
    });
    for (const { id } of documents) this.follow(id);
  }

  /** Another document that I may read now. */
  follow(id: string): void {
    if (!this.#copies.has(id)) this.#follow(id);
  }

  doc(document: string): RecordDocument | undefined {
    return this.#copies.get(document)?.doc;
  }

  get loaded(): boolean {
    return [...this.#copies.values()].every(({ doc }) => doc !== undefined);
  }

  /** The server has stored all that I have of `document`. */
  isStored(document: string): boolean {
    const handle = this.#copies.get(document)?.handle;
    if (handle === undefined || !handle.isReady()) return true; // nothing of mine can be in what has not arrived
    return isStored(handle.heads(), handle.getSyncInfo(this.#storage)?.lastHeads);
  }

  change(document: string, changes: readonly Change[]): void {
    const handle = this.#copies.get(document)?.handle;
    if (handle === undefined) throw new Error("no such document");
    this.#changing = true;
    try {
      for (const change of changes) handle.change(change);
    } finally {
      this.#changing = false;
    }
  }

  /** Tells the others who may read `document` something that is not kept. */
  whisper(document: string, message: unknown): void {
    this.#copies.get(document)?.handle.broadcast(message);
  }

  close(): void {
    for (const { handle } of this.#copies.values()) handle.removeAllListeners();
    this.adapter.disconnect();
    this.adapter.removeAllListeners();
  }

  #follow(id: string): void {
    // Not `find`: it gives up on a document that is late, and one that is late at a meeting is still wanted.
    const { handle } = this.#repo.findWithProgress<RecordDocument>(id as DocumentId);
    const copy: Copy = { handle, doc: undefined };
    this.#copies.set(id, copy);
    handle.on("change", ({ doc, patches }) => {
      const before = copy.doc;
      copy.doc = doc;
      this.#listener.changed(id, this.#changing ? "mine" : "theirs", patches, before);
    });
    handle.on("remote-heads", ({ storageId }) => {
      if (storageId === this.#storage) this.#listener.confirmed(id);
    });
    handle.on("ephemeral-message", ({ message }) => this.#listener.whispered(id, message));
  }
}
