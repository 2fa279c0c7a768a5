//! Which part of the server may use which. Anything not in the table is forbidden.

use super::assert_none;
use super::source::{Breach, SourceFile, Token, continues_path, repository};

/// A part, and the other parts it may name. `minutes` is a crate of its own and open to all.
const TABLE: &[(&str, &[&str])] = &[
    ("store", &[]),
    ("signing", &[]),
    ("render", &[]),
    ("live", &["store"]),
    ("delivery", &["store"]),
    ("workflow", &["store", "live", "signing", "render"]),
    ("http", &["workflow", "live"]),
];

/// A reading of the clock, a random number, a count: any part may ask for them, and they ask for nothing.
const FOUNDATIONS: &[&str] = &["clock", "metrics", "secrets"];

/// Put the parts together, so they see them all.
const WIRING: &[&str] = &["main", "lib", "config", "rule_packs", "start", "demo"];

fn breaches(file: &SourceFile) -> Vec<Breach> {
    let Some(inside) = file.path.strip_prefix("server/src/").filter(|_| file.is_rust()) else { return Vec::new() };
    let part = inside.split('/').next().unwrap_or(inside).trim_end_matches(".rs");
    if WIRING.contains(&part) {
        return Vec::new();
    }
    let allowed = match TABLE.iter().find(|(name, _)| *name == part) {
        Some((_, allowed)) => [allowed, FOUNDATIONS].concat(),
        None if FOUNDATIONS.contains(&part) => Vec::new(),
        None => return vec![file.breach(0, format!("`{part}` is no part in the table of layers"))],
    };
    let mut breaches = Vec::new();
    let tokens = file.tokens();
    for line in climbs(&tokens, depth(inside)) {
        breaches.push(file.breach(line, "say `crate::…` instead of climbing out of the part, so that the layer shows"));
    }
    for (used, line) in uses(&tokens) {
        if used != part && !allowed.contains(&used.as_str()) {
            breaches.push(file.breach(line, format!("`{part}` may not use `crate::{used}`")));
        }
    }
    breaches
}

/// How many modules deep a file is, seen from the crate's root: `live/mod.rs` 1, `live/task.rs` 2.
fn depth(inside: &str) -> usize {
    inside.split('/').filter(|name| *name != "mod.rs").count()
}

/// The lines where a path climbs all the way out of its part.
fn climbs(tokens: &[Token], depth: usize) -> Vec<usize> {
    let is_super = |index: usize| tokens.get(index).is_some_and(|token| token.text == "super");
    let mut lines = Vec::new();
    for (index, token) in tokens.iter().enumerate() {
        // `super`, `:`, `:` and again.
        let steps = (index..).step_by(3).take_while(|index| is_super(*index)).count();
        if steps >= depth.max(2) && !continues_path(tokens, index) {
            lines.push(token.line);
        }
    }
    lines
}

/// The first name after each `crate::` or `server::`, groups in braces included.
fn uses(tokens: &[Token]) -> Vec<(String, usize)> {
    let text = |index: usize| tokens.get(index).map_or("", |token| token.text.as_str());
    let mut uses = Vec::new();
    for (index, token) in tokens.iter().enumerate() {
        let starts_path = text(index + 1) == ":" && text(index + 2) == ":";
        // `pub(crate)` and single colons are no paths.
        if !starts_path || continues_path(tokens, index) {
            continue;
        }
        match (token.text.as_str(), text(index + 3)) {
            ("crate" | "server", "{") => uses.extend(group_heads(&tokens[index + 4..])),
            ("crate" | "server", name) => uses.push((name.to_owned(), token.line)),
            _ => {}
        }
    }
    uses
}

/// `{a::b, c::{d, e}, f}` → a, c, f; the opening brace is gone already.
fn group_heads(tokens: &[Token]) -> Vec<(String, usize)> {
    let mut heads = Vec::new();
    let mut depth = 0;
    let mut at_head = true;
    for token in tokens {
        match token.text.as_str() {
            "{" => depth += 1,
            "}" if depth == 0 => break,
            "}" => depth -= 1,
            "," if depth == 0 => at_head = true,
            name if depth == 0 && at_head => {
                heads.push((name.to_owned(), token.line));
                at_head = false;
            }
            _ => {}
        }
    }
    heads
}

#[test]
fn each_part_of_the_server_uses_only_the_parts_below_it() {
    let breaches: Vec<Breach> = repository().iter().flat_map(breaches).collect();
    assert_none(&breaches);
}

#[test]
fn the_rule_names_file_and_line() {
    let file = SourceFile::new("server/src/http/api.rs", "use crate::live;\nuse crate::store::Store;\n");
    let found = breaches(&file);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].to_string(), "server/src/http/api.rs:2: `http` may not use `crate::store`");
}

#[test]
fn the_rule_sees_groups_paths_in_code_and_climbing() {
    for text in [
        "use crate::{minutes_of, workflow};",
        "use crate::{live::{Room, store}, workflow::Lock};",
        "fn f() { crate::workflow::lock(); }",
        "fn f() { json!({ \"a\": crate::workflow::now() }) }",
        "pub use server::workflow;",
        "use super::super::workflow;",
    ] {
        assert!(!breaches(&SourceFile::new("server/src/live/task.rs", text)).is_empty(), "{text} went through");
    }
    assert!(!breaches(&SourceFile::new("server/src/helpers/mod.rs", "")).is_empty(), "a new part went through");
    let clock = SourceFile::new("server/src/clock.rs", "use crate::store::Store;");
    assert!(!breaches(&clock).is_empty(), "a foundation stands on a part");
}

#[test]
fn the_rule_leaves_what_is_allowed_alone() {
    for (path, text) in [
        ("server/src/live/task.rs", "use crate::{live::Room, store::{Store, delivery}}; use super::Room;"),
        ("server/src/live.rs", "// use crate::http;\nconst A: &str = \"crate::http::x\"; pub(crate) fn f() {}"),
        ("server/src/live/a.rs", "use minutes::record::Part; use other_crate::server::http;"),
        ("server/src/demo.rs", "use crate::store::Store; use crate::http;"),
        ("server/src/http/mod.rs", "use crate::workflow::lock; use crate::live::Rooms; use crate::http::pages;"),
        ("server/src/store/a.rs", "use crate::clock;"),
        ("server/src/http/pages/views.rs", "use super::super::identity;"),
        ("client/src/live/a.ts", "import crate from 'crate::http'"),
    ] {
        assert_eq!(breaches(&SourceFile::new(path, text)), [], "{path}");
    }
}
