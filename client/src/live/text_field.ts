// A growing textarea on one Automerge Text. What I type becomes the smallest edit; what others type arrives without
// moving my caret; and while an input method is composing, nothing is rewritten under it.
import type { Patch } from "@automerge/automerge/slim";
import { editsInPieces, textAt } from "../record/changes.ts";
import type { TextPath } from "../record/schema.ts";
import { type Splice, caretAfter, difference, rebased } from "../record/splice.ts";
import { editsOf } from "../record/touched.ts";
import { h } from "./element.ts";
import type { Place } from "./presence.ts";
import type { Room } from "./room.ts";

/** Keystrokes this close together go into one change. */
const COALESCE_MS = 50;

export interface TextFieldOptions {
  room: Room;
  document: string;
  path: TextPath;
  /** Where others are told I write. */
  place: Place;
  label: string;
  id?: string;
  placeholder?: string;
  class?: string;
}

export class TextField {
  readonly element: HTMLElement;
  readonly area: HTMLTextAreaElement;
  readonly #options: TextFieldOptions;
  /** The text that the textarea was last in step with. */
  #base = "";
  /** What others have done to it since. */
  #theirs: Splice[] = [];
  #typed = false;
  #composing = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: TextFieldOptions) {
    this.#options = options;
    this.area = h("textarea", {
      class: "grow__area",
      dir: "auto",
      rows: 1,
      spellcheck: "true",
      id: options.id,
      "aria-label": options.id === undefined ? options.label : undefined,
      placeholder: options.placeholder,
      "data-writes": true,
    });
    this.element = h("div", { class: `grow ${options.class ?? ""}`.trim() }, this.area);
    this.#listen();
    this.update();
  }

  /** Brings the field and the document in step. */
  update(): void {
    if (this.#composing) return;
    clearTimeout(this.#timer);
    const mine = this.#typed ? difference(this.#base, this.area.value) : undefined;
    const theirs = this.#theirs;
    this.#typed = false;
    this.#theirs = [];
    if (mine !== undefined) this.#send(rebased(mine, theirs));
    const text = this.#text() ?? this.area.value;
    if (this.area.value !== text) this.#show(text, mine, theirs);
    this.#base = text;
    this.element.dataset["value"] = text;
  }

  /** Others have changed the document. Only the field with the caret need know where. */
  hear(document: string, patches: readonly Patch[]): void {
    if (document === this.#options.document) this.#theirs.push(...editsOf(patches, this.#options.path));
  }

  setLabel(label: string): void {
    if (this.area.getAttribute("aria-label") !== label) this.area.setAttribute("aria-label", label);
  }

  #listen(): void {
    const { room } = this.#options;
    this.area.addEventListener("focus", () => {
      room.focused = this;
    });
    this.area.addEventListener("blur", () => {
      this.#composing = false;
      this.update();
      if (room.focused === this) room.focused = undefined;
      room.presence.stopped();
    });
    this.area.addEventListener("compositionstart", () => {
      this.#composing = true;
    });
    this.area.addEventListener("compositionend", () => {
      this.#composing = false;
      this.#changed();
    });
    this.area.addEventListener("input", () => this.#changed());
  }

  #changed(): void {
    const { room, document, place } = this.#options;
    this.#typed = true;
    this.element.dataset["value"] = this.area.value;
    room.presence.typed(document, place, Date.now());
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.update(), COALESCE_MS);
  }

  #text(): string | undefined {
    const doc = this.#options.room.session.doc(this.#options.document);
    return doc === undefined ? undefined : textAt(doc, this.#options.path);
  }

  #send(edits: readonly Splice[]): void {
    const { room, document, path } = this.#options;
    if (this.#text() !== undefined) room.session.change(document, ...editsInPieces(path, edits));
  }

  #show(text: string, mine: Splice | undefined, theirs: readonly Splice[]): void {
    const { selectionStart, selectionEnd, selectionDirection } = this.area;
    this.area.value = text;
    if (document.activeElement !== this.area) return;
    this.area.setSelectionRange(
      caretAfter(selectionStart, mine, theirs),
      caretAfter(selectionEnd, mine, theirs),
      selectionDirection,
    );
  }
}
