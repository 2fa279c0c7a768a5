// The decisions as they were read back: each says whether they agree, and sees what the others say as it comes in.
import { type ReadDecision, type RoomNow, isFamily, nameOf, seated, standing, seatOf } from "../record/meeting.ts";
import { inWords, words } from "../record/schema.ts";
import { h, newId, setText } from "./element.ts";
import { type Choice, inputField, selectField } from "./fields.ts";
import type { Room } from "./room.ts";
import type { Do } from "./room_panel.ts";

const POSITIONS: Choice[] = Object.entries(words.position).map(([value, said]) => ({ value, words: said }));

export class ReadBackPanel {
  readonly element = h("div", { class: "read-back", hidden: true });
  readonly #room: Room;
  readonly #act: Do;
  readonly #cards = new Map<string, Card>();

  constructor(room: Room, act: Do) {
    this.#room = room;
    this.#act = act;
    this.element.append(h("h2", { class: "govuk-heading-s" }, "Decisions read back"));
  }

  show(now: RoomNow): void {
    this.element.hidden = now.read_back.length === 0;
    const before = this.#cards.size;
    const wanted = new Set(now.read_back.map(key));
    for (const [name, card] of this.#cards) {
      if (wanted.has(name)) continue;
      card.element.remove();
      this.#cards.delete(name);
    }
    for (const one of now.read_back) {
      let card = this.#cards.get(key(one));
      if (card === undefined) {
        card = new Card(this.#room, one, now, this.#act);
        this.#cards.set(key(one), card);
        this.element.append(card.element);
      }
      card.show(one);
    }
    if (before === 0 && this.#cards.size > 0) this.#room.announcer.say("The decisions are read back. Say whether you agree.");
  }
}

/** A decision that was changed and read back again is another one to answer. */
function key({ decision, words: said }: ReadDecision): string {
  return `${decision} ${said}`;
}

class Card {
  readonly element: HTMLElement;
  readonly #room: Room;
  readonly #answers = h("ul", { class: "beside__people" });
  readonly #said = h("p", { class: "field__hint", role: "status" });

  constructor(room: Room, one: ReadDecision, now: RoomNow, act: Do) {
    this.#room = room;
    const { meeting } = room;
    const child = meeting.children.find(({ id }) => id === one.child)?.name ?? "";
    const title = h("h3", { class: "govuk-heading-s", id: newId("read") }, child);
    this.element = h("article", { class: "read-back__decision", "aria-labelledby": title.id }, title, h("p", { class: "beside__view", dir: "auto" }, one.words));
    if (now.may_answer) this.element.append(answerForm(room, one, meeting.me.id, act), this.#said);
    if (now.may_take_down) this.element.append(takingDown(room, one, act));
    this.element.append(this.#answers);
  }

  show(one: ReadDecision): void {
    const { meeting } = this.#room;
    const mine = one.answers.find(({ by }) => by === meeting.me.id);
    setText(this.#said, mine === undefined ? "" : `You said: ${inWords(words.position, mine.position)}.`);
    this.#answers.replaceChildren(
      ...one.answers.map(({ by, position, note, recorded_by }) =>
        h(
          "li",
          {},
          h("b", {}, nameOf(meeting, by)),
          h("span", { class: "entry__standing" }, ` ${standing(seatOf(meeting, by))}: `),
          inWords(words.position, position),
          note !== "" && h("p", { class: "beside__view", dir: "auto" }, note),
          recorded_by !== null && h("p", { class: "field__hint" }, `Written down by ${nameOf(meeting, recorded_by)}`),
        ),
      ),
    );
  }
}

function answerForm(room: Room, one: ReadDecision, person: string, act: Do): HTMLElement {
  const own = person === room.meeting.me.id;
  const error = h("p", { class: "govuk-error-message", role: "alert" });
  const note = inputField(own ? "Note, if you have one" : "Note, if they have one", "", { maxlength: 1000 });
  const buttons = POSITIONS.map(({ value, words: said }) => {
    const button = h("button", { class: "govuk-button govuk-button--secondary", type: "button" }, said);
    button.addEventListener("click", () => {
      const body = { position: value, note: note.control.value };
      void act("PUT", `/read-back/${one.decision}/answers/${person}`, body).then((wrong) => {
        setText(error, wrong);
        if (wrong !== "") note.control.focus();
      });
    });
    return button;
  });
  const label = own ? "What you say to it" : `What ${nameOf(room.meeting, person)} says to it`;
  return h("div", { class: "beside__form", role: "group", "aria-label": label }, error, note.element, h("div", { class: "room-now__buttons" }, ...buttons));
}

/** For the minute taker: what somebody without a device says. */
function takingDown(room: Room, one: ReadDecision, act: Do): HTMLElement {
  const { meeting } = room;
  const writing = ["chair", "professional"];
  const others = seated(meeting).filter(({ person, role }) => person !== meeting.me.id && (writing.includes(role) || isFamily(role)));
  const choices = others.map(({ person, name }) => ({ value: person, words: name }));
  const who = selectField("Whose answer", [{ value: "", words: "Choose" }, ...choices], "");
  const place = h("div", {});
  who.control.addEventListener("change", () => {
    place.replaceChildren(...(who.control.value === "" ? [] : [answerForm(room, one, who.control.value, act)]));
  });
  return h("details", {}, h("summary", { class: "beside__summary" }, "Take down what somebody without a device says"), who.element, place);
}
