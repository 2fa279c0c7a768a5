// What the chair runs the meeting with: where everybody should look, the timer, what is agreed, and the way without a quorum.
import type { RoomNow } from "../record/meeting.ts";
import { h, setText } from "./element.ts";
import { inputField, selectField } from "./fields.ts";
import type { Room } from "./room.ts";
import type { Do } from "./room_panel.ts";

export class RunningForm {
  readonly element: HTMLElement;
  readonly #act: Do;
  readonly #error = h("p", { class: "govuk-error-message", role: "alert" });
  readonly #section;
  readonly #agree = h("button", { class: "govuk-button govuk-button--secondary", type: "button" });
  readonly #stop = h("button", { class: "quiet", type: "button" }, "Stop the timer");
  readonly #without: HTMLElement;
  readonly #takeBack = h("button", { class: "quiet", type: "button" }, "Take the reason back");
  #now: RoomNow | undefined;

  constructor(room: Room, headings: ReadonlyMap<string, string>, act: Do) {
    this.#act = act;
    const places = [...headings].map(([value, words]) => ({ value, words }));
    this.#section = selectField("Section", places, room.meeting.sections[0]?.key ?? "attendance");
    this.#without = this.#withoutQuorum(room);
    const point = this.#button("Ask everyone to look here", () => ["PUT", "/spotlight", { section: this.#section.control.value }]);
    const nowhere = this.#button("Stop asking", () => ["PUT", "/spotlight", { section: "" }], "quiet");
    const readBack = this.#button("Read the decisions back", () => ["POST", "/read-back", undefined]);
    this.#agree.addEventListener("click", () => {
      const section = this.#section.control.value;
      this.#do("PUT", `/sections/${section}`, { agreed: !this.#isAgreed(section) });
    });
    this.#section.control.addEventListener("change", () => this.#label());
    this.element = h(
      "details",
      {},
      h("summary", { class: "beside__summary" }, "Run the meeting"),
      this.#error,
      h("div", { class: "beside__form" }, this.#section.element, h("div", { class: "room-now__buttons" }, point, " ", this.#agree, " ", nowhere)),
      this.#timerForm(),
      h("div", { class: "beside__form" }, readBack, h("p", { class: "field__hint" }, "Everyone is asked whether they agree with each decision as it stands now.")),
      this.#without,
    );
    this.#label();
  }

  show(now: RoomNow): void {
    this.#now = now;
    this.#stop.hidden = now.timer_ends_at === null;
    this.#takeBack.hidden = now.without_quorum === null;
    this.#label();
  }

  /** Whether something is missing for a quorum. */
  lacking(lacks: boolean): void {
    this.#without.hidden = !lacks;
  }

  #timerForm(): HTMLElement {
    const minutes = inputField("Timer, in minutes", "10", { maxlength: 3 });
    minutes.control.inputMode = "numeric";
    const form = h("form", { class: "beside__form", novalidate: true, "aria-label": "Timer" }, minutes.element, h("button", { class: "govuk-button govuk-button--secondary", type: "submit" }, "Start the timer"), " ", this.#stop);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#do("PUT", "/timer", { minutes: Math.trunc(Number(minutes.control.value)) || -1 });
    });
    this.#stop.addEventListener("click", () => this.#do("PUT", "/timer", { minutes: 0 }));
    return form;
  }

  #withoutQuorum({ meeting }: Room): HTMLElement {
    const choices = [
      { value: "proceed", words: "Go on without a quorum" },
      { value: "interim_plan", words: "Make an interim plan and meet again" },
    ];
    const course = selectField("What the meeting does", choices, "proceed");
    const reason = inputField("Why", "", { maxlength: 1000 });
    const days = meeting.quorum?.reset_working_days ?? null;
    const hint = days === null ? "Such as 2026-11-30" : `Within ${days} working days. Such as 2026-11-30`;
    const date = inputField("Day of the next meeting", "", { hint, maxlength: 10 });
    date.element.hidden = true;
    course.control.addEventListener("change", () => {
      date.element.hidden = course.control.value !== "interim_plan";
    });
    const form = h(
      "form",
      { class: "beside__form", novalidate: true, "aria-label": "Without a quorum", hidden: true },
      h("h2", { class: "govuk-heading-s" }, "Without a quorum"),
      course.element,
      reason.element,
      date.element,
      h("button", { class: "govuk-button govuk-button--secondary", type: "submit" }, "Put it in the record"),
      " ",
      this.#takeBack,
    );
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const interim = course.control.value === "interim_plan";
      this.#do("PUT", "/quorum", { course: course.control.value, reason: reason.control.value, reset_on: interim ? date.control.value.trim() : "" });
    });
    this.#takeBack.addEventListener("click", () => this.#do("PUT", "/quorum", { course: "" }));
    return form;
  }

  #button(words: string, what: () => ["POST" | "PUT", string, unknown], look = "govuk-button govuk-button--secondary"): HTMLElement {
    const button = h("button", { class: look, type: "button" }, words);
    button.addEventListener("click", () => this.#do(...what()));
    return button;
  }

  #do(method: "POST" | "PUT", path: string, body: unknown): void {
    void this.#act(method, path, body).then((wrong) => setText(this.#error, wrong));
  }

  #isAgreed(section: string): boolean {
    return this.#now?.agreed.some((one) => one.section === section) === true;
  }

  #label(): void {
    const section = this.#section.control.value;
    this.#agree.hidden = ["attendance", "decisions", "plan"].includes(section);
    setText(this.#agree, this.#isAgreed(section) ? "Take the agreement back" : "Mark as agreed");
  }
}
