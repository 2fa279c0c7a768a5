// One action of the plan.
import { type ScalarField, remove, setAbout, setScalar } from "../record/changes.ts";
import { type Meeting, nameOf } from "../record/meeting.ts";
import { mayRemoveAction } from "../record/permission.ts";
import { inWords, words } from "../record/schema.ts";
import type { Action } from "../record/weave.ts";
import { type Wording, vagueVerb } from "../record/wording.ts";
import { confirmRemove } from "./confirm_remove.ts";
import { dayInWords } from "./dates.ts";
import { h, setText } from "./element.ts";
import { type Choice, aboutWhom, childrenField, choices, inputField, onChosen, seatChoices, selectField, showValue } from "./fields.ts";
import { LabelledText } from "./labelled_text.ts";
import { type Room, restrictedReaders } from "./room.ts";

/** Everyone with a seat, and nobody yet; and whoever it is now, should their seat have been taken away. */
export function owners(meeting: Meeting, now = ""): Choice[] {
  const listed = [{ value: "", words: "Nobody yet" }, ...seatChoices(meeting)];
  const missing = listed.some(({ value }) => value === now) ? [] : [{ value: now, words: nameOf(meeting, now) }];
  return [...listed, ...missing];
}

export class ActionRow {
  readonly element: HTMLLIElement;
  readonly #texts: { field: "what" | "outcome" | "measure"; text: LabelledText }[];
  readonly #facts: { element: HTMLElement; show: (action: Action) => void };
  readonly #hint = h("p", { class: "field__hint action__hint" });
  readonly #wording;
  readonly #now = h("p", { class: "entry__now", "aria-hidden": "true" });

  constructor(room: Room, action: Action) {
    this.#wording = room.meeting.wording;
    const row = { table: "actions", id: action.id } as const;
    const may = room.meeting.may.write ? "edit" : "read";
    const shared = { room, document: action.document, row, sheet: "plan", may } as const;
    this.#texts = [
      { field: "what", text: new LabelledText({ ...shared, field: "what", label: "What will be done", class: "field--main" }) },
      { field: "outcome", text: new LabelledText({ ...shared, field: "outcome", label: "So that" }) },
      { field: "measure", text: new LabelledText({ ...shared, field: "measure", label: "We will know it has worked when" }) },
    ];
    this.#facts = may === "edit" ? editFacts(room, action) : readFacts(room);
    const [what, outcome, measure] = this.#texts.map(({ text }) => text.element);
    const readers = restrictedReaders(room, action.document);
    this.element = h("li", { class: "card", "data-row": action.id, id: `row-${action.id}` });
    this.element.append(...[readers === undefined ? "" : h("strong", { class: "readers" }, readers)]);
    if (what !== undefined) this.element.append(what);
    this.element.append(this.#facts.element, h("div", { class: "card__pair" }, outcome, measure));
    if (may === "edit") this.element.append(this.#hint);
    if (mayRemoveAction(room.meeting, action.id, room.session.madeHere)) {
      const removal = confirmRemove("this action", () => {
        room.session.change(action.document, remove(row, room.meeting.me.id, new Date()));
        room.announcer.say("Action removed.");
        this.element.closest("section")?.querySelector("h2")?.focus();
      });
      this.element.append(h("div", { class: "card__foot" }, removal));
    }
    this.element.append(this.#now);
    this.update(action);
  }

  update(action: Action): void {
    for (const { field, text } of this.#texts) text.update(action[field]);
    this.#facts.show(action);
    setText(this.#hint, hintFor(this.#wording, action));
  }

  writing(names: readonly string[]): void {
    setText(this.#now, names.length === 0 ? "" : `${names.join(" and ")} ${names.length === 1 ? "is" : "are"} writing…`);
  }

  gone(): void {
    this.element.classList.add("entry--gone");
    for (const { text } of this.#texts) text.stopEditing();
    setText(this.#now, "This action has been removed from the record.");
    this.element.addEventListener("focusout", () => this.element.remove());
  }
}

/** What would make an action one that somebody can be held to; said once, below it, in a place kept free for it. */
export function hintFor(wording: Wording, action: Pick<Action, "what" | "outcome">): string {
  const vague = vagueVerb(wording, action.what);
  const open = vague === undefined ? "" : `“${vague.term}” leaves open what will be done. ${vague.say}`;
  const outcome = action.outcome.trim() === "" ? "Not said yet: what is it for?" : "";
  return [open, outcome].filter((words) => words !== "").join(" ");
}

function editFacts(room: Room, action: Action) {
  const path = { table: "actions", id: action.id } as const;
  const set = (field: ScalarField) => room.session.change(action.document, setScalar(path, field));
  const owner = selectField("Who", owners(room.meeting, action.owner), action.owner);
  const due = inputField("By when", action.due, { type: "date" });
  const status = selectField("How it stands", choices(words.action), action.status);
  const about = childrenField(room.meeting.children, action.about);
  onChosen(owner.control, (value) => set({ field: "owner", value }));
  onChosen(due.control, (value) => set({ field: "due", value }));
  onChosen(status.control, (value) => set({ field: "status", value: value as keyof typeof words.action }));
  if (about !== undefined) {
    about.onchange = () => room.session.change(action.document, setAbout(path, about.chosen));
  }
  return {
    element: h("div", { class: "card__row" }, owner.element, due.element, status.element, about?.element),
    show: (now: Action) => {
      showValue(owner.control, now.owner);
      showValue(due.control, now.due);
      showValue(status.control, now.status);
      about?.show(now.about);
    },
  };
}

function readFacts(room: Room) {
  const element = h("p", { class: "card__facts" });
  return {
    element,
    show: (now: Action) => {
      const facts = [
        now.owner === "" ? "Nobody yet" : nameOf(room.meeting, now.owner),
        now.due === "" ? "no date yet" : `by ${dayInWords(now.due)}`,
        inWords(words.action, now.status).toLowerCase(),
        aboutWhom(room.meeting.children, now.about),
      ];
      setText(element, facts.filter((fact) => fact !== "").join(", "));
    },
  };
}
