// How each child stands: plan, care and case, in words, above the record.
import type { Child } from "../record/meeting.ts";
import { h } from "./element.ts";

/** Nothing where nobody has said. */
export function statusBanner(children: readonly Child[]): HTMLElement | false {
  const said = children.filter(({ status }) => status.length > 0);
  if (said.length === 0) return false;
  const lines = said.map(({ name, status }) => h("li", {}, h("strong", {}, name), `: ${status.join(". ")}.`));
  return h("section", { class: "status-banner", "aria-label": "How each child stands" }, h("ul", { class: "status-banner__list" }, ...lines));
}
