// For a reader who may be watched: a link marked `data-quick-exit`, or Shift pressed three times, leaves at once.

const PRESSES = 3;
const WITHIN_MS = 3000;

/** Makes the page's quick exit hide what is shown and leave no entry for the back button. */
export function leaveAtOnce(document: Document): void {
  const link = document.querySelector<HTMLAnchorElement>("a[data-quick-exit]");
  if (link === null) return;
  const leave = () => {
    document.title = "";
    document.body.replaceChildren();
    document.defaultView?.location.replace(link.href);
  };
  link.addEventListener("click", (event) => {
    event.preventDefault();
    leave();
  });
  let presses: number[] = [];
  document.addEventListener("keyup", (event) => {
    if (event.key !== "Shift") {
      presses = [];
      return;
    }
    presses = [...presses.filter((at) => event.timeStamp - at < WITHIN_MS), event.timeStamp];
    if (presses.length >= PRESSES) leave();
  });
}
