// A server in memory, for tests of the session: the same protocol over a stand-in for the browser's WebSocket.
import * as A from "@automerge/automerge";
import { cbor } from "@automerge/automerge-repo";
import type { RecordDocument } from "../src/record/schema.ts";

export const STORAGE = "11111111-1111-4111-8111-111111111111";

type Message = { type: string; senderId: string; documentId: string; data: Uint8Array; [field: string]: unknown };

export class MemoryServer {
  readonly documents = new Map<string, A.Doc<RecordDocument>>();
  readonly joins: Message[] = [];
  #sockets = new Set<MemorySocket>();
  /** Refuses the next change with this reason. */
  refuseNext: string | undefined;
  reachable = true;
  /** Holds changes back, as a slow disk does, until `store` is called. */
  slow = false;
  #waiting: (() => void)[] = [];
  #held: () => void = () => undefined;
  /** A change has arrived and is held back. */
  readonly held = new Promise<void>((resolve) => (this.#held = resolve));

  /** Takes the place of the browser's WebSocket. */
  install(): void {
    const server = this;
    Object.assign(globalThis, {
      WebSocket: class extends MemorySocket {
        static readonly OPEN = 1;
        constructor(_url: string) {
          super(server);
        }
      },
    });
  }

  opened(socket: MemorySocket): void {
    if (!this.reachable) return socket.closeFromServer(1006);
    this.#sockets.add(socket);
    socket.open();
  }

  closed(socket: MemorySocket): void {
    this.#sockets.delete(socket);
  }

  close(code: number): void {
    for (const socket of [...this.#sockets]) socket.closeFromServer(code);
  }

  say(frame: object): void {
    for (const socket of this.#sockets) socket.deliver({ type: "accord", ...frame });
  }

  /** Somebody else changes a document. */
  change(document: string, change: (draft: RecordDocument) => void): void {
    const doc = this.documents.get(document);
    if (doc === undefined) throw new Error("no such document");
    this.documents.set(document, A.change(doc, change));
    this.#push(document);
  }

  store(): void {
    for (const work of this.#waiting.splice(0)) work();
  }

  received(socket: MemorySocket, message: Message): void {
    if (message.type === "join") {
      this.joins.push(message);
      socket.peer = message.senderId;
      socket.deliver({
        type: "peer",
        senderId: "server",
        targetId: socket.peer,
        peerMetadata: { storageId: STORAGE, isEphemeral: false },
        selectedProtocolVersion: "1",
      });
    } else if (message.type === "sync" || message.type === "request") {
      this.#sync(socket, message);
    }
  }

  #sync(socket: MemorySocket, message: Message): void {
    const brings = A.decodeSyncMessage(message.data).changes.length > 0;
    if (brings && this.refuseNext !== undefined) {
      const reason = this.refuseNext;
      this.refuseNext = undefined;
      socket.deliver({ type: "accord", event: "refused", documentId: message.documentId, code: "not_your_words", reason });
      return socket.closeFromServer(4409);
    }
    const work = () => {
      const doc = this.documents.get(message.documentId);
      if (!this.#sockets.has(socket)) return;
      if (doc === undefined) {
        const { documentId } = message;
        return socket.deliver({ type: "doc-unavailable", senderId: "server", targetId: socket.peer, documentId });
      }
      const state = socket.states.get(message.documentId) ?? A.initSyncState();
      const [after, next] = A.receiveSyncMessage(doc, state, message.data);
      this.documents.set(message.documentId, after);
      socket.states.set(message.documentId, next);
      this.#push(message.documentId);
    };
    if (!brings || !this.slow) return work();
    this.#waiting.push(work);
    this.#held();
  }

  #push(document: string): void {
    const doc = this.documents.get(document);
    for (const socket of this.#sockets) {
      const state = socket.states.get(document);
      if (doc === undefined || state === undefined) continue;
      const [next, data] = A.generateSyncMessage(doc, state);
      socket.states.set(document, next);
      if (data) socket.deliver({ type: "sync", senderId: "server", targetId: socket.peer, documentId: document, data });
    }
  }
}

class MemorySocket {
  readonly #server: MemoryServer;
  readonly states = new Map<string, A.SyncState>();
  peer = "";
  readyState = 0;
  binaryType = "";
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: ArrayBuffer }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;

  constructor(server: MemoryServer) {
    this.#server = server;
    queueMicrotask(() => server.opened(this));
  }

  open(): void {
    this.readyState = 1;
    this.onopen?.();
  }

  send(data: ArrayBuffer): void {
    const message = cbor.decode(new Uint8Array(data)) as Message;
    queueMicrotask(() => this.#server.received(this, message));
  }

  deliver(message: object): void {
    const data = new Uint8Array(cbor.encode(message)).buffer;
    queueMicrotask(() => this.onmessage?.({ data }));
  }

  closeFromServer(code: number): void {
    this.#server.closed(this);
    queueMicrotask(() => {
      this.readyState = 3;
      this.onclose?.({ code });
    });
  }

  close(): void {
    this.readyState = 3;
    this.#server.closed(this);
  }
}
