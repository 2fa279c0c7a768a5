// The decisions, child by child, each with its reason.
import { addDecision } from "../record/changes.ts";
import { mainPart } from "../record/meeting.ts";
import { lastPosition, positionAfter } from "../record/position.ts";
import { newRowId } from "../record/row_id.ts";
import type { Touched } from "../record/touched.ts";
import { decisionsOf, viewsOn } from "../record/weave.ts";
import { DecisionRow } from "./decision_row.ts";
import type { Draft, Drafting } from "./drafts.ts";
import { arrange, h, newId, setText, setWritable } from "./element.ts";
import { type DecisionFact, decisionFields } from "./decision_fields.ts";
import { checkbox, selectField } from "./fields.ts";
import { growing } from "./growing.ts";
import { type Room, partsOf } from "./room.ts";
import { type Sheet, sheetFrame } from "./sheet.ts";

export const DECISIONS = "decisions";

export class DecisionsSheet implements Sheet, Drafting {
  readonly key = DECISIONS;
  readonly heading = "Decisions";
  readonly element: HTMLElement;
  readonly title: HTMLElement;
  readonly #room: Room;
  readonly #rows = new Map<string, DecisionRow>();
  readonly #lists = new Map<string, { list: HTMLElement; empty: HTMLElement }>();
  readonly #form: ReturnType<typeof decisionForm> | undefined;

  constructor(room: Room) {
    this.#room = room;
    const frame = sheetFrame(this.key, this.heading, [room.meeting.decision?.question ?? "", "What was decided for each child, and why. Anyone at the table may say where they stand."].join(" ").trim());
    this.element = frame.element;
    this.title = frame.title;
    for (const child of room.meeting.children) {
      const list = h("ol", { class: "cards" });
      const empty = h("p", { class: "sheet__empty" }, "Nothing has been decided yet.");
      this.#lists.set(child.id, { list, empty });
      this.element.append(h("h3", { class: "govuk-heading-m" }, `For ${child.name}`), empty, list);
    }
    if (room.meeting.may.decisions) {
      this.#form = decisionForm(room);
      this.element.append(this.#form.element);
    }
  }

  get summary(): string {
    const children = new Set([...this.#rows.values()].map(({ child }) => child)).size;
    return `${children} of ${this.#room.meeting.children.length}`;
  }

  get draft(): Draft | undefined {
    const text = this.#form?.typed() ?? "";
    return text === "" ? undefined : { where: this.heading, text };
  }

  update({ all, decisions, views }: Touched): void {
    if (!all && decisions.size === 0 && views.size === 0) return;
    const parts = partsOf(this.#room);
    const now = decisionsOf(parts);
    for (const decision of now) {
      let row = this.#rows.get(decision.id);
      if (row === undefined) {
        row = new DecisionRow(this.#room, decision);
        this.#rows.set(decision.id, row);
        if (!this.#room.session.writable) setWritable(row.element, false);
      } else if (!all && !decisions.has(decision.id) && views.size === 0) continue;
      row.update(decision, viewsOn(parts, decision.id));
    }
    const gone = new Map<Element, DecisionRow>();
    for (const [id, row] of this.#rows) {
      if (now.some((decision) => decision.id === id)) continue;
      gone.set(row.element, row);
      this.#rows.delete(id);
    }
    for (const [child, { list, empty }] of this.#lists) {
      const rows = now.filter((decision) => decision.child === child).map(({ id }) => this.#rows.get(id)?.element);
      arrange(list, rows.filter((row) => row !== undefined), (element) => gone.get(element)?.gone());
      empty.hidden = rows.length > 0;
    }
  }

  writing(row: string, names: readonly string[]): void {
    this.#rows.get(row)?.writing(names);
  }
}

/** Adding a decision; for the chair and the minute taker. */
function decisionForm(room: Room) {
  const { meeting, session, announcer } = room;
  const id = newId("decision");
  const text = growing({ id, rows: 2, "aria-describedby": `${id}-error` });
  const reason = growing({ id: `${id}-reason`, rows: 2, "aria-describedby": `${id}-error` });
  const error = h("p", { class: "govuk-error-message", id: `${id}-error`, hidden: true });
  const children = meeting.children.map((child) => ({ value: child.id, words: child.name }));
  const child = selectField("For", children, children[0]?.value ?? "");
  const fields = decisionFields(meeting.decision, { outcome: "", threshold: "", category: "" });
  const chosen = (fact: DecisionFact) => fields.find((one) => one.fact === fact)?.field.control.value.trim() ?? "";
  const agreed = checkbox("Those present agreed", false);
  const add = () => {
    if (!session.writable) return;
    const words = text.area.value.trim() || chosen("outcome");
    const missing = words === "" ? text : reason.area.value.trim() === "" ? reason : undefined;
    setText(error, missing === undefined ? "" : missing === text ? "Write the decision, then add it" : "Write the reason, then add the decision");
    error.hidden = missing === undefined;
    for (const box of [text, reason]) {
      if (box === missing) box.area.setAttribute("aria-invalid", "true");
      else box.area.removeAttribute("aria-invalid");
    }
    if (missing !== undefined) {
      announcer.say(error.textContent ?? "");
      return missing.area.focus();
    }
    const row = newRowId();
    session.madeHere.add(row);
    session.change(
      mainPart(meeting).id,
      addDecision({
        id: row,
        pos: positionAfter(lastPosition(decisionsOf(partsOf(room)))),
        child: child.control.value,
        text: words,
        rationale: reason.area.value.trim(),
        category: chosen("category"),
        outcome: chosen("outcome"),
        threshold: chosen("threshold"),
        agreed: agreed.control.checked,
      }),
    );
    announcer.say("Decision added.");
    text.set("");
    reason.set("");
    for (const { field } of fields) field.control.value = "";
    agreed.control.checked = false;
    text.area.focus();
  };
  const element = h(
    "form",
    { class: "add", novalidate: true, "aria-label": "Add a decision" },
    h("label", { class: "add__label", for: id }, "Add a decision"),
    error,
    text.element,
    h("label", { class: "field__label", for: `${id}-reason` }, "Reason (needed)"),
    reason.element,
    h(
      "div",
      { class: "add__choices" },
      children.length > 1 && child.element,
      ...fields.map(({ field }) => field.element),
      h("div", { class: "govuk-checkboxes govuk-checkboxes--small" }, agreed.element),
      h("button", { class: "govuk-button", type: "submit", "data-writes": true }, "Add decision"),
    ),
  );
  onSubmit(element, add);
  return { element, typed: () => [text.area.value, reason.area.value].map((words) => words.trim()).join("\n").trim() };
}

/** Submits on the button, and on Ctrl and Enter in any box. */
export function onSubmit(form: HTMLFormElement, submit: () => void): void {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    submit();
  });
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    submit();
  });
}
