//! Every page, rendered: nothing typed gets out of its place, every control has a label, no title names anybody.
//!
//! With `ACCORD_PAGES_PREVIEW=DIR` the pages are written there, to be looked at in a browser.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod create_form;
mod deadline_samples;
mod files_samples;
mod history_samples;
mod leaks;
mod locked_samples;
mod markup;
mod people_samples;
mod plan_samples;
mod record_samples;
mod review_samples;
mod samples;

use std::collections::BTreeSet;

use markup::{Tag, tags};
use samples::{GIVEN_NAMES, Ink, every_page};

const HOSTILE: &str = "\"'></textarea></script></title></style><hostile onload=alert(1)>&amp;\u{2028}\u{202e}";

#[test]
fn pages_preview() {
    let pages = every_page(Ink::plain());
    assert!(pages.iter().all(|(name, html)| html.trim_start().starts_with("<!DOCTYPE html>") && !name.is_empty()));
    if let Ok(dir) = std::env::var("ACCORD_PAGES_PREVIEW") {
        for (name, html) in pages {
            std::fs::write(std::path::Path::new(&dir).join(format!("{name}.html")), html).unwrap();
        }
    }
}

#[test]
fn hostile_text_stays_text_on_every_page() {
    for (name, html) in every_page(Ink::with(HOSTILE)) {
        let tags = tags(&html);
        assert!(tags.iter().all(|tag| tag.name != "hostile"), "{name}: an element of the hostile text");
        let handler = tags.iter().flat_map(|tag| &tag.attributes).find(|(attribute, _)| attribute.starts_with("on"));
        assert_eq!(handler, None, "{name}: an event handler");
        assert_eq!(html.matches("<title>").count(), html.matches("</title>").count(), "{name}");
        assert_eq!(html.matches("<script").count(), html.matches("</script>").count(), "{name}");
        assert_eq!(html.matches("<style").count(), html.matches("</style>").count(), "{name}");
    }
}

#[test]
fn the_live_page_gives_its_script_the_very_values() {
    let value = serde_json::json!({ "meeting": { "title": HOSTILE }, "me": "\u{2029}<!--<script>" });
    let json = super::live::json_for_script(&value).unwrap();
    assert!(!json.contains(['<', '>', '&', '\u{2028}', '\u{2029}']), "{json}");
    assert_eq!(serde_json::from_str::<serde_json::Value>(&json).unwrap(), value);
}

#[test]
fn no_title_names_anybody() {
    for (name, html) in every_page(Ink::plain()) {
        let title = html.split_once("<title>").unwrap().1.split_once("</title>").unwrap().0;
        assert!(!title.trim().is_empty(), "{name}");
        for given in GIVEN_NAMES {
            assert!(!title.contains(given), "{name}: {title}");
        }
    }
}

#[test]
fn an_error_is_said_first_in_the_title() {
    for (name, html) in every_page(Ink::plain()) {
        let has_summary = html.contains("govuk-error-summary__title");
        assert_eq!(html.contains("<title>Error: "), has_summary, "{name}");
    }
}

#[test]
fn a_family_page_is_called_document_and_nothing_else() {
    for (name, html) in every_page(Ink::plain()).into_iter().filter(|(name, _)| name.starts_with("family")) {
        let title = html.split_once("<title>").unwrap().1.split_once("</title>").unwrap().0;
        assert!(matches!(title, "Document" | "Error: Document"), "{name}: {title}");
        assert!(html.contains("data-quick-exit"), "{name}");
    }
}

#[test]
fn before_the_code_is_right_nothing_says_what_it_is_about() {
    for (name, html) in every_page(Ink::plain()).into_iter().filter(|(name, _)| name.starts_with("family-code")) {
        for word in ["child", "meeting", "Safeguarding", "record", "Accord - ", "social"] {
            let text = html.replace("/assets/accord.css", "");
            assert!(!text.to_lowercase().contains(&word.to_lowercase()), "{name}: {word}");
        }
    }
}

#[test]
fn every_control_has_a_label() {
    for (name, html) in every_page(Ink::plain()) {
        let tags = tags(&html);
        let labelled: BTreeSet<&str> =
            tags.iter().filter(|tag| tag.name == "label").filter_map(|tag| tag.get("for")).collect();
        for control in tags.iter().filter(|tag| is_control(tag)) {
            let id = control.get("id").unwrap_or_default();
            assert!(labelled.contains(id), "{name}: {control:?}");
            assert!(control.get("name").is_some(), "{name}: {control:?}");
        }
    }
}

#[test]
fn every_reference_leads_to_one_place() {
    for (name, html) in every_page(Ink::plain()) {
        let tags = tags(&html);
        let mut ids = BTreeSet::new();
        for id in tags.iter().filter_map(|tag| tag.get("id")) {
            assert!(ids.insert(id), "{name}: two elements are called {id}");
        }
        for tag in &tags {
            let own_page = tag.get("href").and_then(|href| href.strip_prefix('#'));
            let referred = ["aria-describedby", "aria-labelledby", "for"].iter().filter_map(|by| tag.get(by));
            for id in referred.flat_map(str::split_whitespace).chain(own_page) {
                assert!(ids.contains(id), "{name}: nothing is called {id}");
            }
        }
    }
}

#[test]
fn nothing_stands_inline_that_the_content_security_policy_refuses() {
    for (name, html) in every_page(Ink::plain()) {
        for tag in tags(&html) {
            assert_eq!(tag.get("style"), None, "{name}: {tag:?}");
            let inline = tag.name == "script" && tag.get("src").is_none();
            assert!(!inline || tag.get("type") == Some("application/json"), "{name}: {tag:?}");
            assert!(tag.name != "style" || name.starts_with("edition"), "{name}: a style element");
        }
    }
}

#[test]
fn the_style_of_a_copy_is_byte_for_byte_what_the_policy_hashes() {
    let style = format!("<style>{}</style>", super::edition_file::EDITION_CSS);
    let files = every_page(Ink::plain()).into_iter().filter(|(name, _)| name.starts_with("edition"));
    assert_eq!(files.filter(|(_, html)| html.contains(&style)).count(), 2);
}

fn is_control(tag: &Tag) -> bool {
    matches!(tag.name.as_str(), "select" | "textarea") || tag.name == "input" && tag.get("type") != Some("hidden")
}
