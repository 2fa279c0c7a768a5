// One sitting at one meeting: the replica, what is saved, and how it ends. No DOM: the page listens.
import type { Patch } from "@automerge/automerge/slim";
import type { Change } from "../record/changes.ts";
import { MAIN, type Meeting, type PartReference } from "../record/meeting.ts";
import type { RecordDocument } from "../record/schema.ts";
import type { Part } from "../record/weave.ts";
import { type Aftermath, STORAGE_FAILING, reasonFor } from "./closing.ts";
import type { AccordFrame } from "./frames.ts";
import { Replica } from "./replica.ts";
import { type Link, type Saved, savedState } from "./saved.ts";
import { type LostText, Unsaved, notIn } from "./unsaved.ts";

/** Why nothing may be written just now. */
export type Hold = "opening" | "locking" | "locked" | "signed_out" | "not_allowed" | "role_changed" | "cloning";

export interface SessionListener {
  /** Rows have changed; no patches: all of the document has. */
  changed(document: string, whose: "mine" | "theirs", patches: readonly Patch[] | undefined): void;
  /** Saved, held or connected: something of that is other than before. */
  stateChanged(): void;
  roster(people: readonly string[]): void;
  whispered(person: string, body: unknown): void;
  /** My words were not let in. They are no longer in the record, and are given back here. */
  refused(reason: string, lost: readonly LostText[]): void;
  /** Something that stands beside the documents has changed, or which of them I may read: ask for it. */
  beside(): void;
  /** Put into the documents what is typed and waiting. */
  commit(): void;
}

const DOUBT_EVERY_MS = 2_000;
const ATTEMPTS_BEFORE_ASKING = 2;
const CLONE_SETTLED_MS = 10_000;
const CLONE_WAIT_MS = 5_000;

export class Session {
  readonly #meeting: Meeting;
  readonly #url: string;
  readonly #listener: SessionListener;
  readonly #unsaved = new Unsaved();
  /** Ids of rows I put in: those the server told of when the page was opened, and those made here since. */
  readonly madeHere = new Set<string>();
  #replica: Replica;
  #link: Link = "connecting";
  #storage: "ok" | "failing" = "ok";
  #hold: Hold | undefined = "opening";
  #reason: string | undefined;
  #awaiting: { reason: string; refused: boolean; texts: LostText[]; words: Map<string, RecordDocument> } | undefined;
  readonly #standing: () => Promise<Aftermath>;
  #asking = false;
  readonly #unavailable = new Set<string>();
  #clonedAt = 0;
  readonly #doubting: ReturnType<typeof setInterval>;
  recordUrl: string;

  /** `standing` says whether I may still be at the meeting, for when the socket can't. */
  constructor(meeting: Meeting, url: string, standing: () => Promise<Aftermath>, listener: SessionListener) {
    this.#meeting = meeting;
    for (const [row, person] of Object.entries(meeting.recorded_by ?? {})) {
      if (person === meeting.me.id) this.madeHere.add(row);
    }
    this.#standing = standing;
    this.#url = url;
    this.#listener = listener;
    this.recordUrl = meeting.record_url;
    this.#replica = this.#newReplica();
    this.#doubting = setInterval(() => this.#doubt(), DOUBT_EVERY_MS);
  }

  /** Leaves the meeting. */
  end(): void {
    clearInterval(this.#doubting);
    this.#replica.close();
  }

  get hold(): Hold | undefined {
    return this.#hold;
  }

  get writable(): boolean {
    return this.#hold === undefined && this.#meeting.may.write;
  }

  /** The parts I may read, and what they hold just now. */
  get parts(): Part[] {
    return this.#meeting.documents.map((part) => ({ ...part, doc: this.doc(part.id) }));
  }

  doc(document: string): RecordDocument | undefined {
    return this.#replica.doc(document) ?? this.#awaiting?.words.get(document);
  }

  get saved(): Saved {
    return savedState({
      link: this.#link,
      storage: this.#storage,
      loaded: this.#replica.loaded,
      allStored: !this.hasUnsaved,
      unsavedWords: this.#documentsHere().reduce((sum, [id, doc]) => sum + this.#unsaved.words(id, doc), 0),
    });
  }

  get hasUnsaved(): boolean {
    return !this.#meeting.documents.every(({ id }) => this.#replica.isStored(id));
  }

  /** The texts of mine that the server has not confirmed. */
  get unsavedTexts(): LostText[] {
    return this.#documentsHere().flatMap(([id, doc]) => this.#unsaved.texts(id, doc));
  }

  /**
   * The parts that I may read now. When one is gone, all copies here are thrown away and the others fetched again, so that
   * nothing of it stays in memory; words of mine that were not saved are given back.
   */
  takeParts(parts: readonly PartReference[]): void {
    const { documents } = this.#meeting;
    const gone = documents.filter(({ id }) => !parts.some((part) => part.id === id));
    if (gone.length > 0) this.#listener.commit();
    const texts = gone.length > 0 ? this.unsavedTexts : [];
    const words = new Map(this.#documentsHere().filter(([id]) => parts.some((part) => part.id === id)));
    for (const { id } of gone.length > 0 ? documents : []) this.#unsaved.saved(id);
    documents.splice(0, documents.length, ...parts);
    if (gone.length === 0) {
      for (const { id } of parts) this.#replica.follow(id);
      return;
    }
    const here = this.#hold === undefined || this.#hold === "opening" || this.#hold === "cloning";
    if (!here) return;
    this.#replica.close();
    this.#hold = "cloning";
    this.#awaiting = { reason: "You are no longer in the closed session.", refused: false, texts, words };
    this.#replica = this.#newReplica();
  }

  change(document: string, ...changes: Change[]): void {
    this.#replica.change(document, changes);
  }

  whisper(document: string, body: unknown): void {
    if (this.#link === "connected") this.#replica.whisper(document, body);
  }

  networkIsBack(): void {
    this.#replica.adapter.tryNow();
  }

  networkIsGone(): void {
    this.#replica.adapter.drop();
  }

  #newReplica(): Replica {
    const { storage_id, documents } = this.#meeting;
    return new Replica(this.#url, storage_id, documents, {
      connected: () => this.#connected(),
      closed: (code, aftermath) => this.#closed(code, aftermath),
      unreached: (attempts) => void this.#askWhy(attempts),
      frame: (frame) => this.#heard(frame),
      changed: (document, whose, patches, before) => this.#changed(document, whose, patches, before),
      confirmed: (document) => this.#confirmed(document),
      whispered: (_document, message) => this.#whispered(message),
      denied: (document) => this.#denied(document),
    });
  }

  #documentsHere(): [string, RecordDocument][] {
    return this.#meeting.documents.flatMap(({ id }): [string, RecordDocument][] => {
      const doc = this.#replica.doc(id);
      return doc === undefined ? [] : [[id, doc]];
    });
  }

  #connected(): void {
    this.#link = "connected";
    this.#storage = "ok";
    // Whatever changed while I was away, I was not told.
    this.#listener.beside();
    this.#listener.stateChanged();
  }

  #changed(document: string, whose: "mine" | "theirs", patches: readonly Patch[], before: RecordDocument | undefined): void {
    if (whose === "mine" && before !== undefined) this.#unsaved.note(document, before, patches);
    this.#listener.changed(document, whose, before === undefined ? undefined : patches);
    if (this.#replica.loaded) this.#allHere();
    this.#listener.stateChanged();
  }

  /** Every document has arrived, at first or after starting again. */
  #allHere(): void {
    if (this.#hold === "opening" || this.#hold === "cloning") this.#hold = undefined;
    const awaiting = this.#awaiting;
    this.#awaiting = undefined;
    if (awaiting === undefined) return;
    const lost = awaiting.texts.flatMap((text) => notIn(this.doc(text.document), [text]));
    if (lost.length > 0 || awaiting.refused) this.#listener.refused(awaiting.reason, lost);
  }

  #confirmed(document: string): void {
    if (this.#replica.isStored(document)) this.#unsaved.saved(document);
    this.#listener.stateChanged();
  }

  #denied(document: string): void {
    if (this.#replica.doc(document) !== undefined) return;
    // A closed session that the room has not heard of yet, or that I am no longer in, is no reason to leave.
    if (this.#meeting.documents.find(({ id }) => id === document)?.part !== MAIN) {
      this.#unavailable.add(document);
      return;
    }
    this.#hold = "not_allowed";
    this.#listener.stateChanged();
  }

  #whispered(message: unknown): void {
    // The server says who it is from; what the sender claims is in the body alone.
    if (typeof message !== "object" || message === null || !("person" in message) || !("body" in message)) return;
    this.#listener.whispered(String(message.person), message.body);
  }

  #heard(frame: AccordFrame): void {
    switch (frame.event) {
      case "roster":
        this.#listener.roster(frame.people);
        break;
      case "locking":
        this.#listener.commit();
        this.#hold ??= "locking";
        break;
      case "unlocked":
        if (this.#hold === "locking") this.#hold = undefined;
        break;
      case "locked":
        this.#hold = "locked";
        if (frame.url !== "") this.recordUrl = frame.url;
        break;
      case "refused":
        this.#reason = frame.reason;
        break;
      case "storage":
        this.#storage = frame.ok ? "ok" : "failing";
        break;
      case "role":
        this.#roleIs(frame.role);
        break;
      case "beside":
        this.#askAgain();
        this.#listener.beside();
        break;
    }
    this.#listener.stateChanged();
  }

  /** What was not there for me a moment ago may be by now. The stock client asks again when it is connected anew. */
  #askAgain(): void {
    const wanted = this.#meeting.documents.some(({ id }) => this.#unavailable.has(id));
    this.#unavailable.clear();
    if (!wanted) return;
    this.#replica.adapter.drop();
    this.#replica.adapter.tryNow();
  }

  /** What I may read and write is not what this page was made for: it must be opened again. */
  #roleIs(role: string): void {
    if (role === this.#meeting.me.role) return;
    this.#listener.commit();
    this.#replica.adapter.disconnect();
    this.#link = "away";
    this.#hold = "role_changed";
  }

  #closed(code: number, aftermath: Aftermath): void {
    this.#link = "away";
    if (code === STORAGE_FAILING) this.#storage = "failing";
    if (aftermath === "clone_again") this.#cloneAgain(this.#reason ?? reasonFor(code));
    else if (aftermath === "signed_out" || aftermath === "not_allowed" || aftermath === "locked") {
      this.#listener.commit();
      this.#hold = aftermath;
    } else if (this.#hold === "locking") {
      this.#hold = undefined; // if the record was locked, the next attempt says so
    }
    this.#reason = undefined;
    this.#listener.stateChanged();
  }

  async #askWhy(attempts: number): Promise<void> {
    if (attempts < ATTEMPTS_BEFORE_ASKING || this.#asking) return;
    this.#asking = true;
    const standing = await this.#standing();
    this.#asking = false;
    if (this.#link === "connected" || (standing !== "signed_out" && standing !== "not_allowed")) return;
    this.#listener.commit();
    this.#replica.adapter.disconnect();
    this.#hold = standing;
    this.#listener.stateChanged();
  }

  #cloneAgain(reason: string): void {
    this.#listener.commit();
    const texts = this.unsavedTexts;
    const words = new Map(this.#documentsHere());
    for (const { id } of this.#meeting.documents) this.#unsaved.saved(id);
    this.#replica.close();
    this.#hold = "cloning";
    this.#awaiting = { reason, refused: true, texts, words };
    // A copy that is refused again at once must not make a storm of new ones.
    const wait = Date.now() - this.#clonedAt < CLONE_SETTLED_MS ? CLONE_WAIT_MS : 0;
    setTimeout(() => {
      this.#clonedAt = Date.now();
      this.#replica = this.#newReplica();
    }, wait);
  }

  #doubt(): void {
    if (this.#link === "connected" && this.saved.kind === "saving") this.#replica.adapter.doubt(Date.now());
  }
}
