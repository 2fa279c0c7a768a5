// Where people and agencies stand on a decision. Each view is its owner's: nobody else edits it, the chair neither.
import { addView, setScalar } from "../record/changes.ts";
import { nameOf, seatOf, standing } from "../record/meeting.ts";
import { mayEditView } from "../record/permission.ts";
import { newRowId } from "../record/row_id.ts";
import { type Position, inWords, words } from "../record/schema.ts";
import type { Decision, View } from "../record/weave.ts";
import { arrange, h, setText } from "./element.ts";
import { choices, onChosen, selectField, showValue } from "./fields.ts";
import { LabelledText } from "./labelled_text.ts";
import type { Room } from "./room.ts";

interface ViewRow {
  element: HTMLElement;
  show: (view: View) => void;
}

export class Views {
  readonly element: HTMLElement;
  readonly #room: Room;
  readonly #list = h("ul", { class: "views" });
  readonly #rows = new Map<string, ViewRow>();
  readonly #give: HTMLElement | undefined;

  constructor(room: Room, decision: Decision) {
    this.#room = room;
    this.#give = room.meeting.may.write ? this.#giveMine(decision) : undefined;
    this.element = h("div", { class: "views__frame" }, this.#list, this.#give);
  }

  update(views: readonly View[]): void {
    const rows = views.map((view) => {
      const row = this.#rows.get(view.id) ?? this.#newRow(view);
      this.#rows.set(view.id, row);
      row.show(view);
      return row.element;
    });
    arrange(this.#list, rows, () => undefined);
    this.#list.hidden = views.length === 0;
    if (this.#give !== undefined) this.#give.hidden = views.some(({ by }) => by === this.#room.meeting.me.id);
  }

  #newRow(view: View): ViewRow {
    const { meeting } = this.#room;
    const mine = mayEditView(meeting, view);
    const who = h("p", { class: "views__who" }, h("b", {}, nameOf(meeting, view.by)), ` ${standing(seatOf(meeting, view.by))} `);
    const row = { table: "views", id: view.id } as const;
    const reason = new LabelledText({
      room: this.#room,
      document: view.document,
      row,
      field: "reason",
      sheet: "decisions",
      label: "Why",
      may: mine ? "edit" : "read",
    });
    const position = mine ? selectField("My view", choices(words.position), view.position) : undefined;
    const stance = h("span", { class: "nature" });
    if (position === undefined) who.append(stance);
    else {
      onChosen(position.control, (value) =>
        this.#room.session.change(view.document, setScalar(row, { field: "position", value: value as Position })),
      );
    }
    return {
      element: h("li", { class: "views__view", "data-row": view.id }, who, position?.element, reason.element),
      show: (now) => {
        reason.update(now.reason);
        setText(stance, inWords(words.position, now.position));
        if (position !== undefined) showValue(position.control, now.position);
      },
    };
  }

  #giveMine(decision: Decision): HTMLElement {
    const { meeting, session, announcer } = this.#room;
    const position = selectField("My view on this decision", choices(words.position), "agree");
    const give = h("button", { class: "govuk-button govuk-button--secondary", type: "button", "data-writes": true }, "Give my view");
    give.addEventListener("click", () => {
      const id = newRowId();
      session.madeHere.add(id);
      const { id: by } = meeting.me;
      const agency = seatOf(meeting, by)?.agency ?? "";
      const view = { id, decision: decision.id, agency, by, position: position.control.value as Position, reason: "" };
      session.change(decision.document, addView(view));
      announcer.say("Your view is in the record. You can say why.");
      requestAnimationFrame(() => requestAnimationFrame(() => this.#list.querySelector<HTMLElement>(`[data-row="${id}"] textarea`)?.focus()));
    });
    return h("div", { class: "card__row views__give" }, position.element, give);
  }
}
