// The plan: who does what by when, to what end, and how one will know.
import { addAction } from "../record/changes.ts";
import { mainPart } from "../record/meeting.ts";
import { lastPosition, positionAfter } from "../record/position.ts";
import { newRowId } from "../record/row_id.ts";
import type { Touched } from "../record/touched.ts";
import { actionsOf } from "../record/weave.ts";
import { ActionRow, owners } from "./action_row.ts";
import { onSubmit } from "./decisions_sheet.ts";
import type { Draft, Drafting } from "./drafts.ts";
import { arrange, h, newId, setText, setWritable } from "./element.ts";
import { childrenField, inputField, selectField } from "./fields.ts";
import { growing } from "./growing.ts";
import { type Room, partsOf } from "./room.ts";
import { type Sheet, sheetFrame } from "./sheet.ts";

export const PLAN = "plan";

export class PlanSheet implements Sheet, Drafting {
  readonly key = PLAN;
  readonly heading = "The plan";
  readonly element: HTMLElement;
  readonly title: HTMLElement;
  readonly #room: Room;
  readonly #list = h("ol", { class: "cards" });
  readonly #empty = h("p", { class: "sheet__empty" }, "No actions yet.");
  readonly #rows = new Map<string, ActionRow>();
  readonly #form: ReturnType<typeof actionForm> | undefined;

  constructor(room: Room) {
    this.#room = room;
    const frame = sheetFrame(this.key, this.heading, "Who does what by when, to what end. Everyone at the table can add to it.");
    this.element = frame.element;
    this.title = frame.title;
    this.element.append(this.#empty, this.#list);
    if (room.meeting.may.write) {
      this.#form = actionForm(room);
      this.element.append(this.#form.element);
    }
  }

  get summary(): string {
    const count = this.#rows.size;
    return count === 1 ? "1 action" : `${count} actions`;
  }

  get draft(): Draft | undefined {
    const text = this.#form?.typed() ?? "";
    return text === "" ? undefined : { where: this.heading, text };
  }

  update({ all, actions }: Touched): void {
    if (!all && actions.size === 0) return;
    const now = actionsOf(partsOf(this.#room));
    const rows = now.map((action) => {
      let row = this.#rows.get(action.id);
      if (row === undefined) {
        row = new ActionRow(this.#room, action);
        this.#rows.set(action.id, row);
        if (!this.#room.session.writable) setWritable(row.element, false);
      } else if (!all && !actions.has(action.id)) return row.element;
      row.update(action);
      return row.element;
    });
    const gone = new Map<Element, ActionRow>();
    for (const [id, row] of this.#rows) {
      if (now.some((action) => action.id === id)) continue;
      gone.set(row.element, row);
      this.#rows.delete(id);
    }
    arrange(this.#list, rows, (element) => gone.get(element)?.gone());
    this.#empty.hidden = rows.length > 0;
  }

  writing(row: string, names: readonly string[]): void {
    this.#rows.get(row)?.writing(names);
  }
}

/** Adding an action: what must be done is all that is needed; the rest may follow. */
function actionForm(room: Room) {
  const { meeting, session, announcer } = room;
  const id = newId("action");
  const what = growing({ id, rows: 2 });
  const outcome = growing({ id: `${id}-outcome`, rows: 1 });
  const measure = growing({ id: `${id}-measure`, rows: 1 });
  const boxes = [what, outcome, measure];
  const error = h("p", { class: "govuk-error-message", hidden: true });
  const owner = selectField("Who", owners(meeting), "");
  const due = inputField("By when", "", { type: "date" });
  const about = childrenField(meeting.children, []);
  const add = () => {
    if (!session.writable) return;
    const text = what.area.value.trim();
    setText(error, text === "" ? "Write what will be done, then add it" : "");
    error.hidden = text !== "";
    if (text === "") return what.area.focus();
    const row = newRowId();
    session.madeHere.add(row);
    session.change(
      mainPart(meeting).id,
      addAction({
        id: row,
        pos: positionAfter(lastPosition(actionsOf(partsOf(room)))),
        outcome: outcome.area.value.trim(),
        what: text,
        owner: owner.control.value,
        due: due.control.value,
        measure: measure.area.value.trim(),
        about: about?.chosen ?? [],
        status: "open",
      }),
    );
    announcer.say("Action added to the plan.");
    for (const box of boxes) box.set("");
    owner.control.value = due.control.value = "";
    about?.show([]);
    what.area.focus();
  };
  const labelled = (label: string, box: (typeof boxes)[number]) =>
    h("div", { class: "field field--wide" }, h("label", { class: "field__label", for: box.area.id }, label), box.element);
  const element = h(
    "form",
    { class: "add", novalidate: true, "aria-label": "Add an action" },
    h("label", { class: "add__label", for: id }, "Add an action: what will be done"),
    error,
    what.element,
    h(
      "div",
      { class: "add__choices" },
      owner.element,
      due.element,
      labelled("So that", outcome),
      labelled("We will know it has worked when", measure),
      about?.element,
      h("button", { class: "govuk-button", type: "submit", "data-writes": true }, "Add action"),
    ),
  );
  onSubmit(element, add);
  return { element, typed: () => boxes.map(({ area }) => area.value.trim()).join("\n").trim() };
}
