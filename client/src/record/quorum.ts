// Whether enough agencies are in the room to decide, and what is missing if not. The server works out the same from the same
// rule: both are tested against one list of cases.
import type { Role, Seat } from "./meeting.ts";
import type { Attendance } from "./weave.ts";

export interface QuorumRule {
  /** Kinds of agency that must be here. */
  agencies: readonly string[];
  others_at_least: number;
  /** The chair speaks for their agency. */
  chair_counts: boolean;
}

export interface Here {
  agency: string;
  kind: string;
  role: Role;
}

/** In words; nothing when the meeting is quorate. An agency counts once, however many people come from it. */
export function missing(rule: QuorumRule, here: readonly Here[]): string[] {
  const agencies = new Map(here.filter((one) => one.agency !== "" && speaksForAnAgency(one, rule)).map(({ agency, kind }) => [`${agency} ${kind}`, kind]));
  const kinds = new Set(agencies.values());
  const absent = rule.agencies.filter((kind) => !kinds.has(kind));
  const others = agencies.size - (rule.agencies.length - absent.length);
  const more = Math.max(0, rule.others_at_least - others);
  return [
    ...absent.map((kind) => `nobody is here from ${kind.replaceAll("_", " ")}`),
    ...(more === 0 ? [] : [more === 1 ? "1 more agency is needed" : `${more} more agencies are needed`]),
  ];
}

export function here(seats: readonly Seat[], attendance: ReadonlyMap<string, Attendance>): Here[] {
  return seats
    .filter(({ person }) => {
      const row = attendance.get(person);
      return row?.status === "present" && row.leftAt === "";
    })
    .map(({ agency, agency_kind: kind, role }) => ({ agency: agency ?? "", kind, role }));
}

/** Whoever runs the meeting does not speak for an agency, unless the kind of meeting has it so. */
function speaksForAnAgency({ role }: Here, { chair_counts }: QuorumRule): boolean {
  return role === "professional" || role === "manager" || (role === "chair" && chair_counts);
}
