// Asking the server for what stands beside the documents, and telling it what I want there.

/** What is wrong, in words to show. */
export class Refused extends Error {}

interface Problem {
  title?: string;
  detail?: string;
  errors?: { words: string }[];
}

export async function fetchJson<T>(path: string): Promise<T> {
  const answer = await fetch(path, { cache: "no-store", headers: { accept: "application/json" } });
  if (!answer.ok) throw new Refused(`The server answered ${answer.status}.`);
  return (await answer.json()) as T;
}

/** Does something; when it is refused, or the network is away, says why. */
export async function send(method: "POST" | "PUT" | "DELETE", path: string, body?: unknown): Promise<void> {
  const answer = await fetch(path, {
    method,
    headers: body === undefined ? {} : { "content-type": "application/json" },
    body: body === undefined ? null : JSON.stringify(body),
  }).catch(() => {
    throw new Refused("The server can't be reached just now. What you typed is still here: try again in a moment.");
  });
  if (answer.ok) return;
  const problem = (await answer.json().catch(() => ({}))) as Problem;
  const words = problem.errors?.map((error) => error.words).join(" ");
  throw new Refused([words, problem.detail, problem.title].find((text) => text !== undefined && text !== "") ?? "That could not be done.");
}
