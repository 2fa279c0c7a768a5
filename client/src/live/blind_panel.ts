// Questions that people answer without seeing each other's answers, from 0 to 10 and in their own words.
import { type BlindRound, type BlindRounds, isFamily, nameOf, seatOf, seated, standing } from "../record/meeting.ts";
import type { Draft } from "./drafts.ts";
import { h, newId, setText } from "./element.ts";
import { checkbox, inputField, selectField } from "./fields.ts";
import type { Room } from "./room.ts";
import { Refused, send } from "./server.ts";

type Do = (method: "POST" | "PUT", path: string, body?: unknown) => Promise<string>;

export class BlindPanel {
  readonly element = h("div", { class: "beside__slot" });
  readonly #room: Room;
  readonly #cards = new Map<string, RoundCard>();
  readonly #list = h("div", { class: "beside__rounds" });
  readonly #changed: () => Promise<void>;
  #form: HTMLElement | undefined;

  constructor(room: Room, changed: () => Promise<void>) {
    this.#room = room;
    this.#changed = changed;
    this.element.append(this.#list);
  }

  get draft(): Draft | undefined {
    const text = [...this.#cards.values()].map((card) => card.typed).find((typed) => typed !== "");
    return text === undefined ? undefined : { where: "Your answer to a question", text };
  }

  show(now: BlindRounds): void {
    if (now.may_ask && this.#form === undefined) {
      this.#form = askingForm(this.#room, (...what) => this.#do(...what));
      this.element.append(this.#form);
    }
    for (const round of now.rounds) {
      let card = this.#cards.get(round.id);
      if (card === undefined) {
        card = new RoundCard(this.#room, round, now, (...what) => this.#do(...what));
        this.#cards.set(round.id, card);
        this.#list.append(card.element);
        if (card.isFor(this.#room.meeting.me.id)) this.#room.announcer.say(`The chair asks: ${round.question}`);
      }
      card.show(round);
    }
    const here = new Set(now.rounds.map(({ id }) => id));
    for (const [id, card] of this.#cards) {
      if (here.has(id)) continue;
      card.element.remove();
      this.#cards.delete(id);
    }
  }

  /** Does it; gives what is wrong, or nothing. */
  async #do(method: "POST" | "PUT", path: string, body?: unknown): Promise<string> {
    try {
      await send(method, `/api/v1/meetings/${this.#room.meeting.meeting.id}/blind-rounds${path}`, body);
    } catch (error) {
      if (error instanceof Refused) return error.message;
      throw error;
    }
    await this.#changed();
    return "";
  }
}

class RoundCard {
  readonly element: HTMLElement;
  readonly #room: Room;
  readonly #round: BlindRound;
  readonly #forms: AnswerForm[] = [];
  readonly #below = h("div", {});
  readonly #answers = h("ul", { class: "beside__people" });
  #revealed = false;

  constructor(room: Room, round: BlindRound, rounds: BlindRounds, act: Do) {
    this.#room = room;
    this.#round = round;
    const { meeting } = room;
    const child = meeting.children.find(({ id }) => id === round.child)?.name ?? "";
    const heading = h("h2", { class: "govuk-heading-s", id: newId("question") }, meeting.children.length > 1 ? `${child}: ` : "", h("bdi", {}, round.question));
    this.element = h("section", { class: "beside__box beside__round", "aria-labelledby": heading.id }, heading, this.#below, this.#answers);
    if (round.revealed_at !== null) return;
    for (const { person } of round.asked) {
      const own = person === meeting.me.id;
      const seat = seatOf(meeting, person);
      const takesDown = rounds.may_take_down && seat !== undefined && isFamily(seat.role);
      if (!own && !takesDown) continue;
      const form = new AnswerForm(room, round, person, act);
      this.#forms.push(form);
      if (own) this.#below.append(form.element);
      else {
        const summary = h("summary", { class: "beside__summary" }, `Take down the answer of ${nameOf(meeting, person)}, who has no device. You will see it before the others.`);
        this.#below.append(h("details", {}, summary, form.element));
      }
    }
    if (rounds.may_ask) this.#below.append(this.#showing(act));
  }

  get typed(): string {
    return this.#revealed ? "" : (this.#forms.map((form) => form.typed).find((typed) => typed !== "") ?? "");
  }

  isFor(person: string): boolean {
    return this.#round.revealed_at === null && this.#round.asked.some((one) => one.person === person);
  }

  show(now: BlindRound): void {
    const { meeting, announcer } = this.#room;
    const revealed = now.revealed_at !== null;
    if (revealed && !this.#revealed) {
      if (this.#forms.length > 0) announcer.say(`All answers are shown: ${now.question}`);
      this.#below.replaceChildren();
    }
    this.#revealed = revealed;
    for (const form of this.#forms) form.show(now);
    this.#answers.replaceChildren(
      ...now.asked.map(({ person, answered, answer }) => {
        const who = [h("b", {}, nameOf(meeting, person)), h("span", { class: "entry__standing" }, ` ${standing(seatOf(meeting, person))}: `)];
        if (!revealed) return h("li", {}, ...who, answered ? "has answered" : "has not answered yet");
        if (answer === null) return h("li", {}, ...who, "did not answer");
        const by = answer.recorded_by === null ? "" : `Written down by ${nameOf(meeting, answer.recorded_by)}`;
        return h("li", {}, ...who, h("b", {}, `${answer.scale} of 10`), answer.view !== "" && h("p", { class: "beside__view", dir: "auto" }, answer.view), by !== "" && h("p", { class: "field__hint" }, by));
      }),
    );
  }

  /** The chair shows all answers, after a question: it can't be undone. */
  #showing(act: Do): HTMLElement {
    const error = h("p", { class: "govuk-error-message", role: "alert" });
    const ask = h("button", { class: "govuk-button", type: "button" }, "Show all answers to everyone");
    const yes = h("button", { class: "govuk-button", type: "button" }, "Yes, show them now");
    const no = h("button", { class: "quiet", type: "button" }, "Not yet");
    const question = h("div", { role: "group", "aria-label": "Show all answers?", hidden: true }, h("p", {}, "Nobody can give or change an answer afterwards."), yes, " ", no);
    const asking = (now: boolean) => {
      question.hidden = !now;
      ask.hidden = now;
      (now ? yes : ask).focus();
    };
    ask.addEventListener("click", () => asking(true));
    no.addEventListener("click", () => asking(false));
    yes.addEventListener("click", () => {
      void act("POST", `/${this.#round.id}/reveal`).then((wrong) => setText(error, wrong));
    });
    return h("div", {}, h("p", { class: "field__hint" }, "You see who has answered, not what, until you show all of it."), error, ask, question);
  }
}

/** One answer, to give and to change until all are shown. */
class AnswerForm {
  readonly element: HTMLElement;
  readonly #person: string;
  readonly #scale;
  readonly #view;
  readonly #said = h("p", { class: "field__hint", role: "status" });
  #given = "";

  constructor(room: Room, round: BlindRound, person: string, act: Do) {
    this.#person = person;
    const own = person === room.meeting.me.id;
    const numbers = Array.from({ length: 11 }, (_, n) => ({ value: String(n), words: String(n) }));
    this.#scale = selectField(own ? "Your answer, from 0 (worst) to 10 (best)" : "Their answer, from 0 (worst) to 10 (best)", [{ value: "", words: "Choose" }, ...numbers], "");
    const id = newId("view");
    this.#view = h("textarea", { class: "govuk-textarea", id, rows: 2, dir: "auto", maxlength: 2000 });
    const error = h("p", { class: "govuk-error-message", role: "alert" });
    const give = h("button", { class: "govuk-button", type: "submit" }, own ? "Give my answer" : "Take it down");
    this.element = h(
      "form",
      { class: "beside__form", novalidate: true, "aria-label": own ? "Your answer" : `The answer of ${nameOf(room.meeting, person)}` },
      h("p", { class: "field__hint" }, own ? "Nobody sees it before the chair shows all answers at once." : "You see it now; nobody else does before the chair shows all answers."),
      error,
      this.#scale.element,
      h("div", { class: "field" }, h("label", { class: "field__label", for: id }, own ? "Why, in your words" : "Why, in their words"), this.#view),
      give,
      this.#said,
    );
    this.element.addEventListener("submit", (event) => {
      event.preventDefault();
      if (this.#scale.control.value === "") {
        setText(error, "Choose a number from 0 to 10.");
        return this.#scale.control.focus();
      }
      const body = { scale: Number(this.#scale.control.value), view: this.#view.value };
      void act("PUT", `/${round.id}/answers/${person}`, body).then((wrong) => setText(error, wrong));
    });
  }

  /** Words that the server does not have. */
  get typed(): string {
    return this.#view.value.trim() === this.#given.trim() ? "" : this.#view.value.trim();
  }

  show(round: BlindRound): void {
    const line = round.asked.find(({ person }) => person === this.#person);
    const answer = line?.answer ?? null;
    if (answer === null) return;
    const untouched = this.typed === "";
    this.#given = answer.view;
    if (untouched && document.activeElement !== this.#view) this.#view.value = answer.view;
    if (this.#scale.control.value === "") this.#scale.control.value = String(answer.scale);
    setText(this.#said, `Given: ${answer.scale} of 10. You can change it until all answers are shown.`);
  }
}

function askingForm(room: Room, act: Do): HTMLElement {
  const { meeting } = room;
  const child = selectField("About which child", meeting.children.map(({ id, name }) => ({ value: id, words: name })), meeting.children[0]?.id ?? "");
  const question = inputField("Question", "", { hint: "For example: how safe is the child today?", maxlength: 300 });
  const writing = ["chair", "minute_taker", "professional", "family", "young_person"];
  const usual = ["professional", "family", "young_person"];
  const boxes = seated(meeting)
    .filter(({ role }) => writing.includes(role))
    .map(({ person, name, title, role }) => ({ person, ...checkbox(title === "" ? name : `${name}, ${title}`, usual.includes(role)) }));
  const error = h("p", { class: "govuk-error-message", role: "alert" });
  const form = h(
    "form",
    { class: "beside__form", novalidate: true, "aria-label": "Ask a question" },
    h("p", {}, "Each answers from 0 to 10 without seeing the others. You show all answers at once."),
    error,
    meeting.children.length > 1 && child.element,
    question.element,
    h("fieldset", { class: "govuk-fieldset" }, h("legend", { class: "field__label" }, "Who is asked"), h("div", { class: "govuk-checkboxes govuk-checkboxes--small" }, ...boxes.map((box) => box.element))),
    h("button", { class: "govuk-button", type: "submit" }, "Ask"),
  );
  const details = h("details", { class: "beside__box" }, h("summary", { class: "beside__summary" }, "Ask a question that each answers unseen"), form);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (question.control.value.trim() === "") return question.control.focus();
    const asked = boxes.filter(({ control }) => control.checked).map(({ person }) => person);
    void act("POST", "", { child: child.control.value, question: question.control.value, asked }).then((wrong) => {
      setText(error, wrong);
      if (wrong !== "") return;
      question.control.value = "";
      details.open = false;
    });
  });
  return details;
}
