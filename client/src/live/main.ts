// Starts the live record on the page the server made.
import { initializeWasm } from "@automerge/automerge/slim";
import type { Meeting } from "../record/meeting.ts";
import { h } from "./element.ts";
import { LivePage } from "./page.ts";

async function start(root: HTMLElement): Promise<void> {
  const source = document.getElementById("accord-meeting")?.textContent;
  if (source === null || source === undefined) throw new Error("the page holds no meeting");
  const meeting = JSON.parse(source) as Meeting;
  await initializeWasm(new URL("automerge.wasm", import.meta.url).href);
  const url = new URL(meeting.sync_path, window.location.href);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  new LivePage(root, meeting, url.href);
}

const root = document.getElementById("accord-live");
if (root !== null) {
  start(root).catch((error: unknown) => {
    console.error(error);
    root.replaceChildren(
      h(
        "div",
        { class: "govuk-width-container govuk-!-padding-top-6", role: "alert" },
        h("h1", { class: "govuk-heading-l" }, "The live record could not be opened"),
        h("p", { class: "govuk-body" }, "Reload this page. If it happens again, use a current version of Chrome, Edge, Firefox or Safari."),
      ),
    );
  });
}
