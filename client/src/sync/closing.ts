// Why the server closed the connection, and what to do about it. Its codes are its promise: see the protocol.

/** What follows a closed connection. */
export type Aftermath =
  /** Try again, soon. */
  | "reconnect"
  /** Try again, but give the server time. */
  | "reconnect_later"
  /** Something of mine was not let in: start from the server's copy, and give me back my words. */
  | "clone_again"
  | "signed_out"
  | "not_allowed"
  | "locked";

const AFTERMATH: Record<number, Aftermath> = {
  4400: "clone_again",
  4401: "signed_out",
  4403: "not_allowed",
  4409: "clone_again",
  4410: "reconnect",
  4413: "clone_again",
  4423: "locked",
  4429: "reconnect_later",
  4500: "reconnect",
  4503: "reconnect_later",
};

const REASONS: Record<number, string> = {
  4400: "the server could not read it",
  4409: "it is not something you may change",
  4413: "it is too long to add at once",
};

export const STORAGE_FAILING = 4503;

export function aftermathOf(code: number): Aftermath {
  return AFTERMATH[code] ?? "reconnect";
}

/** Why something of mine was not let in, when the server did not say. */
export function reasonFor(code: number): string {
  return REASONS[code] ?? "the server did not accept it";
}

const FIRST_DELAY_MS = 500;
const LONGEST_DELAY_MS = 15_000;
const LATER_MS = 5_000;

/**
 * How long to wait before the next attempt, so that a room of people doesn't come back all at once: twice as long each
 * time up to a limit, and of that a random part, but at least half. `chance` is from 0 to 1.
 */
export function delayBefore(attempt: number, aftermath: Aftermath, chance: number): number {
  const whole = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** Math.min(attempt, 10));
  const least = aftermath === "reconnect_later" ? LATER_MS : 0;
  return Math.min(LONGEST_DELAY_MS, least + whole * (0.5 + chance / 2));
}
