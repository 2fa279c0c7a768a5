// Days and times as people here say them.

const LOCALE = "en-GB";

/** `2026-11-23` → "23 November 2026"; anything else as it is. */
export function dayInWords(iso: string): string {
  const date = new Date(`${iso}T12:00:00`);
  if (iso === "" || Number.isNaN(date.getTime())) return iso;
  return date.toLocaleDateString(LOCALE, { day: "numeric", month: "long", year: "numeric" });
}

/** "23 November 2026, 10:00", in the reader's own time. */
export function instantInWords(rfc3339: string): string {
  const at = new Date(rfc3339);
  if (Number.isNaN(at.getTime())) return rfc3339;
  const time = at.toLocaleTimeString(LOCALE, { hour: "2-digit", minute: "2-digit" });
  return `${at.toLocaleDateString(LOCALE, { day: "numeric", month: "long", year: "numeric" })}, ${time}`;
}

/** The time of day, as attendance holds it: `10:12`. */
export function clock(now: Date): string {
  return `${String(now.getHours()).padStart(2, "0")}:${String(now.getMinutes()).padStart(2, "0")}`;
}
