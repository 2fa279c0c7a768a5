// One decision for one child: what, why, whether those present agreed, and where each person and agency stands.
import { remove, setAgreed, setScalar } from "../record/changes.ts";
import type { Decision, View } from "../record/weave.ts";
import { confirmRemove } from "./confirm_remove.ts";
import { h, setText } from "./element.ts";
import { decisionFields } from "./decision_fields.ts";
import { checkbox, onChosen, showValue } from "./fields.ts";
import { LabelledText } from "./labelled_text.ts";
import { type Room, restrictedReaders } from "./room.ts";
import { Views } from "./views.ts";

export class DecisionRow {
  readonly element: HTMLLIElement;
  readonly child: string;
  readonly #text: LabelledText;
  readonly #rationale: LabelledText;
  readonly #views: Views;
  readonly #now = h("p", { class: "entry__now", "aria-hidden": "true" });
  readonly #needed = h("p", { class: "field__hint", hidden: true }, "A decision needs its reason: people will read why, years from now.");
  readonly #facts: { element: HTMLElement; show: (decision: Decision) => void };

  constructor(room: Room, decision: Decision) {
    const { may, me } = room.meeting;
    const path = { table: "decisions", id: decision.id } as const;
    const shared = { room, document: decision.document, row: path, sheet: "decisions" };
    const rights = may.decisions ? "edit" : "read";
    this.child = decision.child;
    this.#text = new LabelledText({ ...shared, field: "text", label: "Decision", may: rights, class: "field--main" });
    this.#rationale = new LabelledText({ ...shared, field: "rationale", label: "Reason (needed)", may: rights });
    this.#facts = may.decisions ? editFacts(room, decision) : readFacts();
    this.#views = new Views(room, decision);
    const readers = restrictedReaders(room, decision.document);
    this.element = h(
      "li",
      { class: "card", "data-row": decision.id, id: `row-${decision.id}` },
      readers !== undefined && h("strong", { class: "readers" }, readers),
      this.#text.element,
      this.#rationale.element,
      this.#needed,
      this.#facts.element,
      this.#views.element,
      may.decisions &&
        h(
          "div",
          { class: "card__foot" },
          confirmRemove("this decision", () => {
            room.session.change(decision.document, remove(path, me.id, new Date()));
            room.announcer.say("Decision removed.");
            this.element.closest("section")?.querySelector("h2")?.focus();
          }),
        ),
      this.#now,
    );
  }

  update(decision: Decision, views: readonly View[]): void {
    this.#text.update(decision.text);
    this.#rationale.update(decision.rationale);
    this.#needed.hidden = decision.rationale.trim() !== "";
    this.#facts.show(decision);
    this.#views.update(views);
  }

  writing(names: readonly string[]): void {
    setText(this.#now, names.length === 0 ? "" : `${names.join(" and ")} ${names.length === 1 ? "is" : "are"} writing…`);
  }

  gone(): void {
    this.element.classList.add("entry--gone");
    this.#text.stopEditing();
    this.#rationale.stopEditing();
    setText(this.#now, "This decision has been removed from the record.");
    this.element.addEventListener("focusout", () => this.element.remove());
  }
}

function editFacts(room: Room, decision: Decision) {
  const path = { table: "decisions", id: decision.id } as const;
  const fields = decisionFields(room.meeting.decision, decision);
  const agreed = checkbox("Those present agreed", decision.agreed);
  for (const { fact, field } of fields) {
    onChosen(field.control, (value) => room.session.change(decision.document, setScalar(path, { field: fact, value })));
  }
  agreed.control.addEventListener("change", () => {
    room.session.change(decision.document, setAgreed(decision.id, agreed.control.checked));
  });
  const element = h(
    "div",
    { class: "card__row" },
    ...fields.map(({ field }) => field.element),
    h("div", { class: "govuk-checkboxes govuk-checkboxes--small" }, agreed.element),
  );
  return {
    element,
    show: (now: Decision) => {
      for (const { fact, field } of fields) showValue(field.control, now[fact]);
      agreed.control.checked = now.agreed;
    },
  };
}

function readFacts() {
  const element = h("p", { class: "card__facts" });
  return {
    element,
    show: (now: Decision) => {
      const facts = [now.outcome, now.threshold, now.category, now.agreed ? "Those present agreed" : "Not marked as agreed"];
      setText(element, facts.filter((fact) => fact !== "").join(". "));
    },
  };
}
