//! What people at a meeting write, as changes to a document. Each row is made whole, in one change.

use std::collections::HashMap;

use automerge::transaction::Transactable;
use automerge::{AutoCommit, ObjId, ObjType, ROOT, ReadDoc};
use serde_json::Value;
use uuid::Uuid;

pub struct Entry<'a> {
    pub section: &'a str,
    pub text: &'a str,
    pub nature: &'a str,
    pub by: &'a str,
    pub about: &'a [&'a str],
}

impl<'a> Entry<'a> {
    /// A fact for the first section that every meeting kind has.
    pub fn fact(by: &'a str, text: &'a str) -> Self {
        Self { section: "since_last_met", text, nature: "fact", by, about: &[] }
    }
}

/// Adds an entry and gives its id.
pub fn add_entry(document: &mut AutoCommit, entry: &Entry<'_>) -> String {
    let id = Uuid::new_v4().to_string();
    let entries = at(document, &["sections", entry.section, "entries"]);
    let row = document.put_object(&entries, &id, ObjType::Map).expect("a new entry");
    put(document, &row, &[("pos", "a0"), ("nature", entry.nature), ("source", "told the meeting"), ("by", entry.by)]);
    put_text(document, &row, "text", entry.text);
    let about = document.put_object(&row, "about", ObjType::Map).expect("whom it is about");
    for child in entry.about {
        document.put(&about, *child, true).expect("a child it is about");
    }
    id
}

/// Types at the end of an entry.
pub fn append(document: &mut AutoCommit, section: &str, entry: &str, text: &str) {
    let text_object = at(document, &["sections", section, "entries", entry, "text"]);
    let end = document.length(&text_object);
    document.splice_text(&text_object, end, 0, text).expect("typing at the end");
}

/// The words in all entries that begin with `word-`, and how often each is there.
pub fn words(record: &Value) -> HashMap<String, u32> {
    let mut counts = HashMap::new();
    let sections = record["sections"].as_object().into_iter().flat_map(serde_json::Map::values);
    let entries = sections.flat_map(|section| section["entries"].as_object()).flat_map(serde_json::Map::values);
    let texts = entries.filter_map(|entry| entry["text"].as_str());
    for word in texts.flat_map(str::split_whitespace).filter(|word| word.starts_with("word-")) {
        *counts.entry(word.to_owned()).or_default() += 1;
    }
    counts
}

/// Leaves the mark of who has removed an entry.
pub fn remove_entry(document: &mut AutoCommit, section: &str, entry: &str, by: &str) {
    let row = at(document, &["sections", section, "entries", entry]);
    let removed = document.put_object(&row, "removed", ObjType::Map).expect("a mark on an entry");
    put(document, &removed, &[("by", by), ("at", "2026-11-23T10:00:00Z")]);
}

/// Adds a decision about a child and gives its id.
pub fn add_decision(document: &mut AutoCommit, child: &str, text: &str, rationale: &str) -> String {
    let id = Uuid::new_v4().to_string();
    let decisions = at(document, &["decisions"]);
    let row = document.put_object(&decisions, &id, ObjType::Map).expect("a new decision");
    put(document, &row, &[("pos", "a0"), ("child", child), ("category", "")]);
    put_text(document, &row, "text", text);
    put_text(document, &row, "rationale", rationale);
    document.put(&row, "agreed", true).expect("whether it is agreed");
    id
}

/// Adds an action and gives its id.
pub fn add_action(document: &mut AutoCommit, owner: &str, what: &str, due: &str) -> String {
    let id = Uuid::new_v4().to_string();
    let actions = at(document, &["actions"]);
    let row = document.put_object(&actions, &id, ObjType::Map).expect("a new action");
    put(document, &row, &[("pos", "a0"), ("owner", owner), ("due", due), ("status", "open")]);
    for (key, text) in [("outcome", "The children are safe at home"), ("what", what), ("measure", "Seen weekly")] {
        put_text(document, &row, key, text);
    }
    document.put_object(&row, "about", ObjType::Map).expect("whom it is about");
    id
}

/// The object at a path of map keys.
pub fn at(document: &AutoCommit, path: &[&str]) -> ObjId {
    path.iter().fold(ROOT, |object, key| {
        let found = document.get(&object, *key).expect("a map is there to look in");
        found.unwrap_or_else(|| panic!("no `{key}` on the way to {path:?}")).1
    })
}

fn put(document: &mut AutoCommit, row: &ObjId, values: &[(&str, &str)]) {
    for (key, value) in values {
        document.put(row, *key, *value).expect("a value in a new row");
    }
}

fn put_text(document: &mut AutoCommit, row: &ObjId, key: &str, text: &str) {
    let object = document.put_object(row, key, ObjType::Text).expect("a text in a new row");
    document.splice_text(&object, 0, 0, text).expect("a new text");
}
