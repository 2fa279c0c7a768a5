// Adding what was said: one box and a few choices with sensible defaults.
import { addEntry } from "../record/changes.ts";
import { type SectionRule, isFamily, mainPart, nameOf } from "../record/meeting.ts";
import { lastPosition, positionAfter } from "../record/position.ts";
import { newRowId } from "../record/row_id.ts";
import { type Nature, words } from "../record/schema.ts";
import { entriesOf } from "../record/weave.ts";
import type { Draft, Drafting } from "./drafts.ts";
import { h, newId, setText } from "./element.ts";
import { type Choice, type Field, childrenField, choices, inputField, seatChoices, selectField } from "./fields.ts";
import { growing } from "./growing.ts";
import { type Room, partsOf, restrictedReaders } from "./room.ts";
import { kindOf, scaleChoices } from "./section_kind.ts";

export class AddBox implements Drafting {
  readonly element: HTMLElement;
  readonly #room: Room;
  readonly #section: SectionRule;
  readonly #text;
  readonly #error = h("p", { class: "govuk-error-message", hidden: true });
  readonly #nature;
  readonly #kind;
  readonly #source;
  readonly #tool;
  readonly #scale;
  readonly #by;
  #readers: Field<HTMLSelectElement> | undefined;
  readonly #choices: HTMLElement;
  readonly #about;
  readonly #add = h("button", { class: "govuk-button", type: "submit", "data-writes": true }, "Add");

  constructor(room: Room, section: SectionRule) {
    this.#room = room;
    this.#section = section;
    this.#kind = kindOf(section);
    this.#source = inputField(this.#kind.source, "", { class: "field__source" });
    this.#tool = this.#kind.tool ? inputField("How they were asked", "", { class: "field__source", hint: "Such as: drawing, Three Houses, with an interpreter" }) : undefined;
    this.#scale = this.#kind.scale ? selectField("From 0 to 10", scaleChoices(), "") : undefined;
    const id = newId("add");
    this.#error.id = `${id}-error`;
    this.#text = growing({ id, rows: 2, "aria-describedby": `${id}-hint ${id}-error` });
    this.#nature = selectField("It is a", choices(words.nature), this.#usualNature());
    this.#by = this.#saidBy();
    this.#readers = this.#whoMayRead();
    this.#about = childrenField(room.meeting.children, []);
    this.#choices = h(
      "div",
      { class: "add__choices" },
      this.#nature.element,
      this.#by?.element,
      this.#scale?.element,
      this.#tool?.element,
      this.#readers?.element,
      this.#source.element,
      this.#about?.element,
      this.#add,
    );
    this.element = h(
      "form",
      { class: "add", novalidate: true, "aria-label": `Add to ${section.heading}` },
      h("label", { class: "add__label", for: id }, this.#kind.add),
      h("p", { class: "field__hint", id: `${id}-hint` }, "Press Ctrl and Enter to add it. Enter starts a new line."),
      this.#error,
      this.#prompts(),
      this.#text.element,
      this.#choices,
    );
    this.#listen();
  }

  get draft(): Draft | undefined {
    const text = this.#text.area.value;
    return text.trim() === "" ? undefined : { where: this.#section.heading, text };
  }

  /** Puts words into the box, after what is there. */
  offer(text: string): void {
    const now = this.#text.area.value;
    this.#text.set(now.trim() === "" ? text : `${now}\n${text}`);
    this.#text.area.focus();
  }

  /** Shows the part that was chosen last, here or in another section. */
  refresh(): void {
    if (this.#readers === undefined) return;
    this.#readers.control.value = this.#room.chosenPart;
    this.#markReaders();
  }

  /** The parts I may read, or who reads them, are others than before. */
  partsChanged(): void {
    const now = this.#whoMayRead();
    if (this.#readers !== undefined && now !== undefined) this.#readers.control.replaceChildren(...now.control.children);
    else if (this.#readers !== undefined) this.#readers.element.remove();
    else if (now !== undefined) this.#choices.insertBefore(now.element, this.#source.element);
    if (this.#readers === undefined || now === undefined) {
      this.#readers = now;
      this.#listenToReaders();
    }
    this.refresh();
    this.#markReaders();
  }

  /** Each begins a line in the box, so that none of them is forgotten. */
  #prompts(): HTMLElement | false {
    if (this.#kind.prompts.length === 0) return false;
    const buttons = this.#kind.prompts.map((prompt) => {
      const button = h("button", { class: "quiet", type: "button", "data-writes": true }, prompt);
      button.addEventListener("click", () => this.offer(`${prompt}: `));
      return button;
    });
    return h("div", { class: "add__prompts", role: "group", "aria-label": "Begin a line with" }, ...buttons);
  }

  #listen(): void {
    const { area } = this.#text;
    area.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.isComposing) return;
      event.preventDefault();
      this.#submit();
    });
    area.addEventListener("input", () => {
      this.#room.presence.typed(this.#document(), { sheet: this.#section.key, row: "" }, Date.now());
      this.#complain("");
    });
    area.addEventListener("blur", () => this.#room.presence.stopped());
    this.element.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit();
    });
    this.#listenToReaders();
  }

  #listenToReaders(): void {
    this.#readers?.control.addEventListener("change", () => {
      this.#room.presence.stopped();
      this.#room.chosenPart = this.#document();
      this.#markReaders();
    });
  }

  #submit(): void {
    const { session, meeting, announcer, presence } = this.#room;
    const text = this.#text.area.value.trim();
    if (!session.writable) return;
    if (text === "") return this.#complain("Write what was said, then add it", this.#text.area);
    const by = this.#by === undefined ? meeting.me.id : this.#by.control.value;
    if (by === "") return this.#complain("Choose who said it", this.#by?.control);
    const id = newRowId();
    session.madeHere.add(id);
    session.change(
      this.#document(),
      ...addEntry({
        id,
        section: this.#section.key,
        pos: positionAfter(lastPosition(entriesOf(partsOf(this.#room), this.#section.key))),
        text,
        nature: this.#nature.control.value as Nature,
        source: this.#source.control.value.trim(),
        by,
        about: this.#about?.chosen ?? [],
        tool: this.#tool?.control.value.trim() ?? "",
        scale: this.#scale?.control.value ?? "",
      }),
    );
    presence.stopped();
    announcer.say(`Added to ${this.#section.heading}, as said by ${by === meeting.me.id ? "you" : nameOf(meeting, by)}.`);
    this.#clear();
  }

  #clear(): void {
    this.#text.set("");
    this.#source.control.value = "";
    if (this.#tool !== undefined) this.#tool.control.value = "";
    if (this.#scale !== undefined) this.#scale.control.value = "";
    // Who said it can't be changed afterwards, so it is chosen anew each time.
    if (this.#by !== undefined) this.#by.control.value = this.#usualSpeaker();
    this.#complain("");
    this.#text.area.focus();
  }

  #complain(what: string, where?: HTMLElement): void {
    setText(this.#error, what);
    this.#error.hidden = what === "";
    for (const control of [this.#text.area, this.#by?.control]) {
      if (what !== "" && control === where) control?.setAttribute("aria-invalid", "true");
      else control?.removeAttribute("aria-invalid");
    }
    if (where !== undefined) {
      this.#room.announcer.say(what);
      where.focus();
    }
  }

  #document(): string {
    return this.#readers?.control.value ?? mainPart(this.#room.meeting).id;
  }

  #usualNature(): Nature {
    const ownWords = isFamily(this.#room.meeting.me.role) || this.#kind.ownWords;
    return ownWords ? "view" : "fact";
  }

  #usualSpeaker(): string {
    // A minute taker writes down others: attributing by default would be wrong more often than right.
    return this.#room.meeting.me.role === "minute_taker" ? "" : this.#room.meeting.me.id;
  }

  #saidBy() {
    const { meeting } = this.#room;
    if (!meeting.may.record_for_others) return undefined;
    const people: Choice[] = seatChoices(meeting);
    const usual = this.#usualSpeaker();
    if (usual === "") people.unshift({ value: "", words: "Choose who said it" });
    return selectField("Said by", people, usual);
  }

  #whoMayRead(): Field<HTMLSelectElement> | undefined {
    const { documents } = this.#room.meeting;
    if (documents.length < 2) return undefined;
    const parts = documents.map(({ id, readers }) => ({ value: id, words: readers }));
    return selectField("Who may read it", parts, this.#room.chosenPart);
  }

  #markReaders(): void {
    const restricted = this.#document() !== mainPart(this.#room.meeting).id;
    this.element.classList.toggle("add--restricted", restricted);
    const readers = restrictedReaders(this.#room, this.#document()) ?? "";
    setText(this.#add, restricted ? `Add for: ${readers}` : "Add");
  }
}
