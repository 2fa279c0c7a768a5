// What I may do, so that the page offers nothing the server would refuse. The server's table (`minutes::access`)
// decides; this follows it.
import type { Meeting } from "./meeting.ts";
import type { Entry, View } from "./weave.ts";

/** Rows I put in myself. */
export type MadeHere = ReadonlySet<string>;

export function mayEditEntry({ me, may }: Meeting, entry: Entry, madeHere: MadeHere): boolean {
  if (!may.write) return false;
  if (entry.nature !== "view" || entry.by === me.id) return true;
  // Somebody else's own words: the minute taker for them, and the chair what the chair took down.
  return me.role === "minute_taker" || (me.role === "chair" && madeHere.has(entry.id));
}

export function mayRemoveEntry({ me, may }: Meeting, entry: Entry, madeHere: MadeHere): boolean {
  return may.write && (entry.by === me.id || me.role === "chair" || madeHere.has(entry.id));
}

export function maySayAboutWhom({ me, may }: Meeting, entry: Entry, madeHere: MadeHere): boolean {
  if (!may.write) return false;
  const runsMeeting = me.role === "chair" || me.role === "minute_taker";
  return entry.by === me.id || runsMeeting || madeHere.has(entry.id);
}

export function mayRemoveAction({ me, may }: Meeting, action: string, madeHere: MadeHere): boolean {
  return may.write && (me.role === "chair" || madeHere.has(action));
}

export function mayEditView({ me, may }: Meeting, view: View): boolean {
  return may.write && view.by === me.id;
}
