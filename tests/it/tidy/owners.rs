//! Which package is whose: a part owns its library alone, so that changing it changes one folder.

use super::assert_none;
use super::source::{Breach, SourceFile, Token, continues_path, repository};

/// Crates, and the paths (folders, or files) under `server/` where they may be named.
const OWNERS: &[(&[&str], &[&str])] = &[
    (&["diesel", "diesel_migrations"], &["server/src/store"]),
    (
        &["actix_web", "actix_ws", "actix_http", "actix_multipart", "actix_files"],
        &["server/src/http", "server/src/start.rs", "server/src/main.rs"],
    ),
    (&["jsonwebtoken"], &["server/src/http"]),
    (&["lettre"], &["server/src/delivery"]),
    (&["typst", "typst_layout", "typst_pdf"], &["server/render"]),
    // The demo's made-up people write as people do.
    (&["automerge"], &["server/minutes", "server/src/demo"]),
    (&["prometheus"], &["server/src/metrics.rs"]),
];

fn breaches(file: &SourceFile) -> Vec<Breach> {
    if !file.is_rust() || !file.path.starts_with("server/") {
        return Vec::new();
    }
    let tokens = file.tokens();
    let mut breaches = Vec::new();
    for (crates, owners) in OWNERS.iter().filter(|(_, owners)| !owners.iter().any(|owner| owns(owner, &file.path))) {
        for (index, token) in tokens.iter().enumerate() {
            if crates.contains(&token.text.as_str()) && is_crate_path(&tokens, index) {
                let rule = format!("`{}` belongs to {}", token.text, owners.join(", "));
                breaches.push(file.breach(token.line, rule));
            }
        }
    }
    breaches
}

/// `server/src/http` owns `server/src/http.rs` as well as everything in the folder.
fn owns(owner: &str, path: &str) -> bool {
    path == owner || path.strip_prefix(owner).is_some_and(|rest| rest.starts_with('/') || rest == ".rs")
}

/// `diesel::x` and `use diesel;`, not `self.diesel` or `x::diesel::y`.
fn is_crate_path(tokens: &[Token], index: usize) -> bool {
    let text = |index: usize| tokens.get(index).map_or("", |token| token.text.as_str());
    let is_path = text(index + 1) == ":" && text(index + 2) == ":";
    let is_imported = index > 0 && matches!(text(index - 1), "use" | "crate");
    (is_path || is_imported) && !continues_path(tokens, index)
}

#[test]
fn each_library_is_named_only_by_the_part_that_owns_it() {
    let breaches: Vec<Breach> = repository().iter().flat_map(breaches).collect();
    assert_none(&breaches);
}

#[test]
fn the_rule_can_fail() {
    for (path, text) in [
        ("server/src/http/api.rs", "use diesel::prelude::*;"),
        ("server/src/workflow/lock.rs", "fn f() -> actix_web::HttpResponse {}"),
        ("server/src/store/mail.rs", "type A = ::lettre::Address;"),
        ("server/src/main.rs", "use typst;"),
        ("server/src/workflow/send.rs", "struct Letter { message: lettre::Message }"),
        ("server/src/store/documents.rs", "fn f(a: &automerge::Automerge) {}"),
    ] {
        let found = breaches(&SourceFile::new(path, text));
        assert_eq!(found.len(), 1, "{path}: {text}");
        assert_eq!(found[0].line, 1);
    }
}

#[test]
fn the_rule_leaves_the_owners_alone() {
    for (path, text) in [
        ("server/src/store/connection.rs", "use diesel::prelude::*;"),
        ("server/src/store.rs", "use diesel::prelude::*;"),
        ("server/src/http/mod.rs", "use actix_web::web; use jsonwebtoken::Header;"),
        (
            "server/src/live/room.rs",
            "// diesel::x\nfn f() { self.diesel.run(\"lettre::x\"); crate::live::lettre::x(); }",
        ),
        ("server/minutes/src/document.rs", "use automerge::ROOT;"),
        ("tests/src/socket.rs", "use automerge::sync;"),
    ] {
        assert_eq!(breaches(&SourceFile::new(path, text)), [], "{path}");
    }
}
