// The chair opens a closed session, says who is in it, and ends it.
import { type ClosedSession, type ClosedSessions, isFamily, nameOf, seated } from "../record/meeting.ts";
import type { Draft } from "./drafts.ts";
import { h, newId, setText, unseen } from "./element.ts";
import { checkbox, selectField } from "./fields.ts";
import type { Room } from "./room.ts";
import { Refused, send } from "./server.ts";

export class ClosedPanel {
  readonly element = h("div", { class: "beside__slot" });
  readonly #room: Room;
  readonly #changed: () => Promise<void>;
  readonly #error = h("p", { class: "govuk-error-message", role: "alert" });
  #form: ReturnType<typeof openingForm> | undefined;
  #shown = "";

  constructor(room: Room, changed: () => Promise<void>) {
    this.#room = room;
    this.#changed = changed;
  }

  get draft(): Draft | undefined {
    const text = this.#form?.element.isConnected === true ? this.#form.reason.value.trim() : "";
    return text === "" ? undefined : { where: "Closed session", text };
  }

  show(now: ClosedSessions): void {
    if (!now.may_manage) return;
    const { sessions } = now;
    const known = JSON.stringify(now);
    if (known === this.#shown) return;
    const wasOpen = this.element.querySelector("details")?.open === true;
    const hadFocus = this.element.contains(document.activeElement);
    this.#shown = known;
    setText(this.#error, "");
    const going = sessions.find(({ ended_at }) => ended_at === null);
    const details = h("details", { class: "beside__box" }, h("summary", { class: "beside__summary" }, summary(sessions, going)), this.#error);
    details.open = wasOpen || going !== undefined;
    if (going !== undefined) details.append(this.#session(going));
    else {
      this.#form ??= openingForm(this.#room, now.grounds, (body) => this.#do("POST", "", body));
      details.append(this.#form.element);
    }
    for (const session of sessions.filter((one) => one !== going)) details.append(this.#session(session));
    this.element.replaceChildren(details);
    if (hadFocus) details.querySelector("summary")?.focus();
  }

  /** Who is in it, and letting people in and out. */
  #session(session: ClosedSession): HTMLElement {
    const { meeting } = this.#room;
    const path = `/${session.number}`;
    const people = session.readers.map((person) => {
      const name = nameOf(meeting, person);
      const chair = seated(meeting).some((seat) => seat.person === person && seat.role === "chair");
      const out = h("button", { class: "quiet", type: "button" }, "Take out", unseen(` ${name}`));
      out.addEventListener("click", () => void this.#do("DELETE", `${path}/readers/${person}`));
      return h("li", {}, `${name} `, !chair && out);
    });
    const outside = seated(meeting).filter(({ person, role }) => role !== "observer" && !session.readers.includes(person));
    const heading = h("h2", { class: "govuk-heading-s" }, `Closed session ${session.number}${session.ended_at === null ? "" : ", ended"}`);
    const element = h("section", { class: "beside__session", "aria-label": `Closed session ${session.number}` }, heading, h("p", {}, "In it:"), h("ul", { class: "beside__people" }, ...people));
    if (outside.length > 0) {
      const who = selectField("Let somebody in", [{ value: "", words: "Choose who" }, ...outside.map(({ person, name }) => ({ value: person, words: name }))], "");
      const warning = h("p", { class: "field__hint" }, "They will read everything that has been written in this closed session.");
      const letIn = h("button", { class: "govuk-button govuk-button--secondary", type: "button" }, "Let them in");
      letIn.addEventListener("click", () => {
        if (who.control.value === "") who.control.focus();
        else void this.#do("PUT", `${path}/readers/${who.control.value}`);
      });
      element.append(who.element, warning, letIn);
    }
    if (session.ended_at === null) {
      const end = h("button", { class: "govuk-button", type: "button" }, "End the closed session");
      end.addEventListener("click", () => void this.#do("POST", `${path}/end`));
      element.append(h("p", {}, "When it ends, what is in it stays with those who are in it."), end);
    }
    return element;
  }

  async #do(method: "POST" | "PUT" | "DELETE", path: string, body?: unknown): Promise<void> {
    try {
      await send(method, `/api/v1/meetings/${this.#room.meeting.meeting.id}/closed-sessions${path}`, body);
      if (path === "") this.#form = undefined;
      await this.#changed();
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      setText(this.#error, error.message);
    }
  }
}

function summary(sessions: readonly ClosedSession[], going: ClosedSession | undefined): string {
  if (going !== undefined) return `Closed session ${going.number} is going on`;
  return sessions.length === 0 ? "Close part of the meeting" : "Closed sessions";
}

function openingForm(room: Room, grounds: readonly { code: string; words: string }[], open: (body: unknown) => Promise<void>) {
  const { meeting } = room;
  const others = seated(meeting).filter(({ person, role }) => role !== "observer" && person !== meeting.me.id);
  const boxes = others.map(({ person, name, title, role }) => ({ person, role, ...checkbox(title === "" ? name : `${name}, ${title}`, !isFamily(role)) }));
  const tick = (words: string, which: (role: string) => boolean) => {
    const button = h("button", { class: "quiet", type: "button" }, words);
    button.addEventListener("click", () => {
      for (const { role, control } of boxes) control.checked = which(role);
    });
    return button;
  };
  const ground = selectField("Why it is closed", [{ value: "", words: "Choose a ground" }, ...grounds.map(({ code, words }) => ({ value: code, words }))], "");
  const id = newId("reason");
  const reason = h("textarea", { class: "govuk-textarea", id, rows: 2, dir: "auto", maxlength: 1000, "aria-describedby": `${id}-hint` });
  const told = checkbox("Say in everyone’s record that part of the meeting was closed, when, to whom and on which ground", false);
  const element = h(
    "form",
    { class: "beside__form", novalidate: true, "aria-label": "Open a closed session" },
    h("p", {}, "What is written in a closed session is read by those who stay, and by nobody else: not now, and not in any copy but their own."),
    h(
      "fieldset",
      { class: "govuk-fieldset" },
      h("legend", { class: "field__label" }, "Who stays, besides you"),
      h("p", {}, tick("Professionals only", (role) => role !== "family" && role !== "young_person"), " ", tick("Everyone", () => true), " ", tick("Nobody", () => false)),
      h("div", { class: "govuk-checkboxes govuk-checkboxes--small" }, ...boxes.map((box) => box.element)),
    ),
    ground.element,
    h("div", { class: "field" }, h("label", { class: "field__label", for: id }, "Reason, in your words"), h("span", { class: "field__hint", id: `${id}-hint` }, "Read by those who stay."), reason),
    h("div", { class: "govuk-checkboxes govuk-checkboxes--small" }, told.element),
    h("p", { class: "field__hint" }, "If you don’t, only the professionals’ record says so."),
    h("button", { class: "govuk-button", type: "submit" }, "Open the closed session"),
  );
  element.addEventListener("submit", (event) => {
    event.preventDefault();
    if (ground.control.value === "") return ground.control.focus();
    if (reason.value.trim() === "") return reason.focus();
    const stay = boxes.filter(({ control }) => control.checked).map(({ person }) => person);
    void open({ stay, ground: ground.control.value, reason: reason.value, told: told.control.checked });
  });
  return { element, reason };
}
