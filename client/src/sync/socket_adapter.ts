// automerge-repo's WebSocket protocol (version 1), as a network adapter of the stock Repo. The stock adapter comes back
// every five seconds on the dot and hides why the server closed; this one spreads its attempts and says.
import { type Message, NetworkAdapter, type PeerId, type PeerMetadata, cbor } from "@automerge/automerge-repo/slim";
import { type Aftermath, aftermathOf, delayBefore } from "./closing.ts";
import { type AccordFrame, accordFrame, isFrame } from "./frames.ts";

export interface SocketListener {
  connected(): void;
  closed(code: number, aftermath: Aftermath): void;
  /** An attempt has failed before the server said a word; so many in a row. */
  unreached(attempts: number): void;
  frame(frame: AccordFrame): void;
}

/** A connection that has lasted this long was a good one: the next attempt starts from the shortest wait again. */
const SETTLED_MS = 5_000;
/** Something unsaved and not a word from the server for this long: the network has gone without saying so. */
const SILENCE_MS = 10_000;
/** What a browser reports when a connection breaks without a word. */
const ABNORMAL = 1006;
/** The server knows by this that we understand its own frames. */
const FRAMES_VERSION = 1;

export class SocketAdapter extends NetworkAdapter {
  readonly #url: string;
  readonly #listener: SocketListener;
  #socket: WebSocket | undefined;
  #server: PeerId | undefined;
  #attempt = 0;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #settled: ReturnType<typeof setTimeout> | undefined;
  #lastHeard = 0;
  #over = false;
  #ready = false;
  #whenReady: Promise<void>;
  #becomeReady: () => void = () => undefined;

  constructor(url: string, listener: SocketListener) {
    super();
    this.#url = url;
    this.#listener = listener;
    this.#whenReady = new Promise((resolve) => {
      this.#becomeReady = resolve;
    });
  }

  isReady(): boolean {
    return this.#ready;
  }

  whenReady(): Promise<void> {
    return this.#whenReady;
  }

  connect(peerId: PeerId, peerMetadata?: PeerMetadata): void {
    this.peerId = peerId;
    this.peerMetadata = { ...peerMetadata };
    this.#open();
  }

  disconnect(): void {
    this.#over = true;
    clearTimeout(this.#retry);
    this.#letGo();
  }

  send(message: Message): void {
    // The stock Repo passes on what others whisper, as peers of a mesh do. Here that would only go back where it came from.
    if (message.type === "ephemeral" && message.senderId !== this.peerId) return;
    // What can't be sent now is sent by the sync protocol itself when the connection is back.
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(bytes(message));
  }

  /** The browser says that the network is back: don't sit out the wait. */
  tryNow(): void {
    if (this.#over || this.#socket !== undefined) return;
    clearTimeout(this.#retry);
    this.#open();
  }

  /** Called while something is unsaved: drops a connection that only seems to be there. */
  doubt(now: number): void {
    if (now - this.#lastHeard >= SILENCE_MS) this.drop();
  }

  /** Lets go of a connection that is as good as gone, and tries again. */
  drop(): void {
    if (this.#server === undefined) return;
    this.#letGo();
    this.#closed(ABNORMAL);
  }

  #open(): void {
    const socket = new WebSocket(this.#url);
    socket.binaryType = "arraybuffer";
    socket.onopen = () => this.#join(socket);
    socket.onmessage = (event) => this.#receive(event.data);
    socket.onclose = (event) => {
      const met = this.#server !== undefined;
      this.#letGo();
      this.#closed(event.code);
      if (!met) this.#listener.unreached(this.#attempt);
    };
    this.#socket = socket;
  }

  #join(socket: WebSocket): void {
    const join = {
      type: "join",
      senderId: this.peerId,
      peerMetadata: { ...this.peerMetadata, accord: FRAMES_VERSION, isEphemeral: true },
      supportedProtocolVersions: ["1"],
    };
    socket.send(bytes(join));
  }

  #receive(data: unknown): void {
    this.#lastHeard = Date.now();
    const message = data instanceof ArrayBuffer ? decoded(data) : undefined;
    if (!isFrame(message)) return;
    if (message.type === "peer") this.#meet(message["senderId"] as PeerId, message["peerMetadata"] as PeerMetadata);
    else if (message.type === "accord") this.#hear(message);
    else this.emit("message", message as unknown as Message);
  }

  #hear(message: Parameters<typeof accordFrame>[0]): void {
    const frame = accordFrame(message);
    if (frame !== undefined) this.#listener.frame(frame);
  }

  #meet(server: PeerId, peerMetadata: PeerMetadata): void {
    this.#server = server;
    this.#ready = true;
    this.#becomeReady();
    this.#settled = setTimeout(() => {
      this.#attempt = 0;
    }, SETTLED_MS);
    this.emit("peer-candidate", { peerId: server, peerMetadata });
    this.#listener.connected();
  }

  /** Forgets the socket, so that nothing more comes from it. */
  #letGo(): void {
    clearTimeout(this.#settled);
    const socket = this.#socket;
    this.#socket = undefined;
    if (socket !== undefined) {
      socket.onopen = socket.onmessage = socket.onclose = null;
      socket.close();
    }
    const server = this.#server;
    this.#server = undefined;
    if (server !== undefined) this.emit("peer-disconnected", { peerId: server });
  }

  #closed(code: number): void {
    const aftermath = aftermathOf(code);
    if (!this.#over && (aftermath === "reconnect" || aftermath === "reconnect_later")) {
      this.#retry = setTimeout(() => this.#open(), delayBefore(this.#attempt, aftermath, Math.random()));
      this.#attempt += 1;
    }
    this.#listener.closed(code, aftermath);
  }
}

function bytes(message: object): ArrayBuffer {
  // The encoder's buffer is larger than what it holds: only the message itself may go out.
  return new Uint8Array(cbor.encode(message)).buffer as ArrayBuffer;
}

function decoded(data: ArrayBuffer): unknown {
  try {
    return cbor.decode(new Uint8Array(data));
  } catch {
    return undefined; // not for us to mend: the server is asked again on the next exchange
  }
}
