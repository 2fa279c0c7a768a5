//! Somebody else's client: the stock JavaScript automerge-repo, at the version that our protocol promises to work with.

use serde_json::Value;

use crate::browser;

/// What it is to do: open the document, add an entry, wait until that is saved and until `expects` can be read.
pub struct Task<'a> {
    /// A sync ticket's WebSocket address.
    pub url: &'a str,
    pub document: &'a str,
    pub section: &'a str,
    pub by: &'a str,
    pub writes: &'a str,
    pub expects: &'a str,
}

/// Does it, and gives the document as the stock client sees it at the end.
pub async fn run(task: &Task<'_>) -> Value {
    let mut node = browser::node(&["stock-client.mjs"]);
    node.env("SYNC_URL", task.url)
        .env("DOCUMENT", task.document)
        .env("SECTION", task.section)
        .env("BY", task.by)
        .env("WRITES", task.writes)
        .env("EXPECTS", task.expects);
    let lines = browser::finish(node, "the stock client").await;
    serde_json::from_str(lines.last().expect("the stock client says something")).expect("its last line is JSON")
}
