// A browser is not told why a WebSocket was never opened: the network gone and the sign-in expired look the same.
// So when connecting fails, the meeting's page is asked for: what answers it says which of the two it is.
import type { Aftermath } from "./closing.ts";

/** Whether I may still be here; `reconnect` when nothing says otherwise. */
export async function standingAt(page: string): Promise<Aftermath> {
  try {
    const answer = await fetch(page, { redirect: "manual", cache: "no-store" });
    // Somebody signed out is sent to the sign-in page.
    if (answer.type === "opaqueredirect" || answer.status === 401) return "signed_out";
    return answer.status === 403 || answer.status === 404 ? "not_allowed" : "reconnect";
  } catch {
    return "reconnect"; // the network is away
  }
}
