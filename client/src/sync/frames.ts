// The frames that are ours alone, beside automerge-repo's own on the same connection.

export type AccordFrame =
  | { event: "roster"; people: string[] }
  | { event: "locking" }
  | { event: "unlocked" }
  | { event: "locked"; url: string }
  | { event: "refused"; documentId: string; code: string; reason: string }
  | { event: "storage"; ok: boolean }
  | { event: "role"; role: string }
  | { event: "beside" };

interface Frame {
  type: string;
  [field: string]: unknown;
}

export function isFrame(value: unknown): value is Frame {
  return typeof value === "object" && value !== null && typeof (value as Frame).type === "string";
}

/** A frame of ours, or nothing if it is another's or a newer server's that we don't know. */
export function accordFrame(frame: Frame): AccordFrame | undefined {
  if (frame.type !== "accord") return undefined;
  switch (frame["event"]) {
    case "roster":
      return Array.isArray(frame["people"]) ? { event: "roster", people: frame["people"].map(String) } : undefined;
    case "locking":
      return { event: "locking" };
    case "unlocked":
      return { event: "unlocked" };
    case "locked":
      return { event: "locked", url: String(frame["url"] ?? "") };
    case "refused":
      return {
        event: "refused",
        documentId: String(frame["documentId"] ?? ""),
        code: String(frame["code"] ?? ""),
        reason: String(frame["reason"] ?? ""),
      };
    case "storage":
      return { event: "storage", ok: frame["ok"] === true };
    case "role":
      return { event: "role", role: String(frame["role"] ?? "") };
    case "beside":
      return { event: "beside" };
    default:
      return undefined;
  }
}
