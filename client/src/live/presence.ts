// Who is writing where. A passing thing: told by whispers that nobody keeps, forgotten after a few seconds' silence.

export interface Place {
  /** Key of the section, or of the decisions, the plan, the attendance. */
  sheet: string;
  /** Id of the row; empty while adding one. */
  row: string;
}

export interface Writer extends Place {
  person: string;
}

/** Say it again while I go on, so that those who come later know. */
const REPEAT_MS = 3_000;
/** Nobody's writing lasts longer than this without being said again. */
const FORGET_MS = 7_000;
/** I have stopped when I have typed nothing for this long. */
const PAUSE_MS = 4_000;

export class Presence {
  readonly #writers = new Map<string, Writer & { until: number }>();
  readonly #say: (document: string, body: unknown) => void;
  readonly #changed: (stopped: readonly Writer[]) => void;
  #mine: (Place & { document: string; saidAt: number }) | undefined;
  #pause: ReturnType<typeof setTimeout> | undefined;

  /** `say` whispers to those who may read a document; `changed` hears who has stopped. */
  constructor(say: (document: string, body: unknown) => void, changed: (stopped: readonly Writer[]) => void) {
    this.#say = say;
    this.#changed = changed;
  }

  get writers(): readonly Writer[] {
    return [...this.#writers.values()];
  }

  /** Somebody, as the server knows them, says where they write; or that they have stopped. */
  heard(person: string, body: unknown, now: number): void {
    const place = placeIn(body);
    const before = this.#writers.get(person);
    if (place === undefined) {
      this.#writers.delete(person);
      if (before !== undefined) this.#changed([before]);
      return;
    }
    this.#writers.set(person, { ...place, person, until: now + FORGET_MS });
    const left = before !== undefined && (before.sheet !== place.sheet || before.row !== place.row);
    if (before === undefined || left) this.#changed(left && before.sheet !== place.sheet ? [before] : []);
  }

  /** Forgets those who have fallen silent. */
  forget(now: number): void {
    const silent = [...this.#writers.values()].filter(({ until }) => until <= now);
    for (const { person } of silent) this.#writers.delete(person);
    if (silent.length > 0) this.#changed(silent);
  }

  /** I have typed something, there. */
  typed(document: string, place: Place, now: number): void {
    clearTimeout(this.#pause);
    this.#pause = setTimeout(() => this.stopped(), PAUSE_MS);
    const mine = this.#mine;
    const same = mine !== undefined && mine.document === document && mine.sheet === place.sheet && mine.row === place.row;
    if (same && now - mine.saidAt < REPEAT_MS) return;
    // Who may read the one document may not read the other: there I have stopped.
    if (mine !== undefined && mine.document !== document) this.#say(mine.document, { writing: null });
    this.#mine = { ...place, document, saidAt: now };
    this.#say(document, { writing: { sheet: place.sheet, row: place.row } });
  }

  /** I have stopped. */
  stopped(): void {
    clearTimeout(this.#pause);
    if (this.#mine !== undefined) this.#say(this.#mine.document, { writing: null });
    this.#mine = undefined;
  }
}

function placeIn(body: unknown): Place | undefined {
  if (typeof body !== "object" || body === null || !("writing" in body)) return undefined;
  const { writing } = body;
  if (typeof writing !== "object" || writing === null || !("sheet" in writing) || !("row" in writing)) return undefined;
  return { sheet: String(writing.sheet), row: String(writing.row) };
}
