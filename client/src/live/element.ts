// Making elements. Text is always text: nothing of a record is ever parsed as HTML.

type Child = Node | string | undefined | false;
type Attributes = Record<string, string | number | boolean | undefined>;

/** An element with attributes (true: present; false or undefined: absent) and children (false: none). */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== undefined) element.setAttribute(name, String(value));
  }
  element.append(...children.filter((child): child is Node | string => child !== undefined && child !== false));
  return element;
}

/** Text for those who hear the page only. */
export function unseen(text: string): HTMLElement {
  return h("span", { class: "govuk-visually-hidden" }, text);
}

/** Sets text only when it differs, so that nothing is read out or selected anew for no reason. */
export function setText(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

/** A link that looks like a button and, like one, is pressed with Space too. */
export function buttonLink(className: string, href: string, words: string): HTMLAnchorElement {
  const link = h("a", { class: `govuk-button ${className}`.trim(), href, role: "button", draggable: "false" }, words);
  link.addEventListener("keydown", (event) => {
    if (event.key !== " ") return;
    event.preventDefault();
    link.click();
  });
  return link;
}

/** A link that `leave` follows when it is safe to: what was typed a moment ago is saved first. */
export function leavingLink(href: string, words: string, leave: (href: string) => void): HTMLAnchorElement {
  return leavingBy(h("a", { class: "govuk-link", href }, words), leave);
}

/** Makes a link leave the page by way of `leave`; opened elsewhere, it is a link like any other. */
export function leavingBy(link: HTMLAnchorElement, leave: (href: string) => void): HTMLAnchorElement {
  link.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    leave(link.href);
  });
  return link;
}

let ids = 0;

/** An id no other element of the page has. */
export function newId(what: string): string {
  ids += 1;
  return `${what}-${ids}`;
}

/** Lets everything in `root` that writes be used, or only read. */
export function setWritable(root: Element, writable: boolean): void {
  for (const control of root.querySelectorAll("[data-writes]")) {
    if (control instanceof HTMLTextAreaElement) control.readOnly = !writable;
    else if (control instanceof HTMLInputElement && control.type === "text") control.readOnly = !writable;
    else if (control instanceof HTMLInputElement || control instanceof HTMLSelectElement || control instanceof HTMLButtonElement) {
      control.disabled = !writable;
    }
  }
}

/**
 * Shows `wanted` in `list`, in that order. An element that is where it belongs is not touched, and the one that has the
 * focus is never taken out: it is told to `stay` and left where it is.
 */
export function arrange(list: Element, wanted: readonly Element[], stay: (gone: Element) => void): void {
  const keep = new Set(wanted);
  for (const element of [...list.children]) {
    if (keep.has(element)) continue;
    if (element.contains(document.activeElement)) stay(element);
    else element.remove();
  }
  let next = list.firstElementChild;
  for (const element of wanted) {
    while (next !== null && !keep.has(next)) next = next.nextElementSibling;
    if (next === element) next = next.nextElementSibling;
    else list.insertBefore(element, next);
  }
}

/** Makes a change to the page and scrolls so that what the reader is at stays where it is on the screen. */
export function keepStill(change: () => void): void {
  const anchor = readingPoint();
  const before = anchor?.getBoundingClientRect().top ?? 0;
  change();
  if (anchor === undefined || !anchor.isConnected) return;
  const by = anchor.getBoundingClientRect().top - before;
  if (Math.abs(by) >= 1) window.scrollBy({ top: by, behavior: "instant" });
}

/** The field in use, or else the topmost row in sight. */
function readingPoint(): Element | undefined {
  const active = document.activeElement;
  if (active !== null && active !== document.body && active.closest(".live__sheets") !== null) return active;
  const bar = document.querySelector(".live__bar")?.getBoundingClientRect().bottom ?? 0;
  return [...document.querySelectorAll(".live__sheets [data-row]")].find((row) => {
    const { bottom, height } = row.getBoundingClientRect();
    return height > 0 && bottom > bar + 8;
  });
}
