//! A partnership's own packs, on top of those shipped, without a build.

use serde_json::Value;
use tests::demo::Meeting;
use tests::http::Actor;
use tests::server::{Accord, Settings};

use super::{DECIDED, are_sent_to, copies, in_days, keys, lock, said_in, set_up, shipped, shown, write_everything};
use crate::cast::Cast;

/// A pack of the shipped one's text, changed here and there.
fn own(kind: &str, changes: &[(&str, &str)]) -> String {
    changes.iter().fold(shipped(kind), |text, (from, to)| {
        assert!(text.contains(from), "{kind} has no {from}");
        text.replacen(from, to, 1)
    })
}

const EXTRA: &str = r#"
[[sections]]
key = "local_question"
heading = "What our area asks"
hint = "What this area asks at every such meeting."
source = "local procedure of Northmoor"
"#;

struct Partnership {
    cast: Cast,
    rules: tempfile::TempDir,
}

impl Partnership {
    async fn with(packs: &[(&str, String)]) -> Self {
        let rules = tempfile::tempdir().unwrap();
        for (file, text) in packs {
            std::fs::write(rules.path().join(file), text).unwrap();
        }
        let folder = rules.path().to_str().unwrap().to_owned();
        let settings = Settings::from([("ACCORD__RULES__DIRECTORY".to_owned(), folder)]);
        Self { cast: Cast::of(Accord::with_settings(settings).await).await, rules }
    }
}

#[tokio::test]
async fn the_pack_in_force_on_the_day_holds_and_stays_with_the_meeting() {
    let first_day = in_days(30);
    let changes = [
        ("version = 2", "version = 102"),
        ("in_force_from = \"2023-12-15\"", &format!("in_force_from = \"{first_day}\"")),
        ("name = \"Core group\"", "name = \"Northmoor core group\""),
    ];
    let text = own("core_group", &changes) + EXTRA;
    let coming = own(
        "child_in_need",
        &[
            ("kind = \"child_in_need\"", "kind = \"early_help\""),
            ("in_force_from = \"2023-12-15\"", &format!("in_force_from = \"{first_day}\"")),
        ],
    );
    let packs = [("core_group.102.toml", text), ("early_help.toml", coming)];
    let Partnership { mut cast, rules } = Partnership::with(&packs).await;

    let before = shown(&cast.chair, &set_up(&cast, "core_group", &in_days(29), &[]).await).await;
    let after = shown(&cast.chair, &set_up(&cast, "core_group", &first_day, &[]).await).await;
    let has_it = |meeting: &Value| keys(&meeting["sections"]).contains(&"local_question".to_owned());
    assert!(!has_it(&before) && has_it(&after));
    assert_eq!((&before["kind_name"], &after["kind_name"]), (&"Core group".into(), &"Northmoor core group".into()));
    let too_early = set_up(&cast, "early_help", &in_days(29), &[]).await;
    assert_eq!(too_early.expect(422).json()["errors"][0]["place"], "kind");
    set_up(&cast, "early_help", &first_day, &[]).await.expect(201);

    // The packs are gone; what was created by them is as it was.
    for (file, _) in &packs {
        std::fs::remove_file(rules.path().join(file)).unwrap();
    }
    cast.server.stop().await;
    cast.server.start_again().await;
    let chair = Actor::sign_in(&cast.server, cast.chair.person()).await;
    let again = chair.get(&format!("/api/v1/meetings/{}", after["id"].as_str().unwrap())).await.expect(200).json();
    assert_eq!((&again["sections"], &again["kind_name"]), (&after["sections"], &after["kind_name"]));
    let cast = Cast { chair, ..cast };
    assert!(!has_it(&shown(&cast.chair, &set_up(&cast, "core_group", &first_day, &[]).await).await));
}

#[tokio::test]
async fn the_family_gets_what_the_pack_says() {
    let gives = |kind: &str, editions: &str| {
        own(
            "child_in_need",
            &[
                ("kind = \"child_in_need\"", &format!("kind = \"{kind}\"")),
                ("family_editions = \"record\"", &format!("family_editions = \"{editions}\"")),
            ],
        )
    };
    let packs = [("plan_alone.toml", gives("plan_alone", "plan_summary")), ("no_copy.toml", gives("no_copy", "none"))];
    let Partnership { cast, rules: _rules } = Partnership::with(&packs).await;
    let mother = cast.mother.id();
    for (kind, copy) in [("plan_alone", Some("plan_summary")), ("no_copy", None)] {
        let created = set_up(&cast, kind, &in_days(0), &[(mother, "family")]).await;
        let meeting = shown(&cast.chair, &created).await;
        let sections = keys(&meeting["sections"]);
        let meeting: Meeting = serde_json::from_value(meeting).unwrap();
        write_everything(&cast, &meeting, &sections).await;
        lock(&cast, &meeting.id).await;

        assert_eq!(are_sent_to(&cast, &meeting.id, mother).await, copy.is_some(), "{kind}");
        let hers = copies(&cast.mother, &meeting.id).await;
        let kinds: Vec<&str> = hers.iter().map(|(kind, _)| kind.as_str()).collect();
        assert_eq!(kinds, copy.into_iter().collect::<Vec<_>>(), "{kind}");
        for (form, id) in
            ["pdf", "json", "html"].into_iter().flat_map(|form| hers.iter().map(move |(_, id)| (form, id)))
        {
            let text = cast.mother.get(&format!("/api/v1/editions/{id}.{form}")).await.expect(200).text();
            assert!(form == "pdf" || text.contains(DECIDED), "{kind}: {form}");
            assert!(!text.contains(&said_in(&sections[1])), "{kind}: {form}");
        }
        // Nor has she by any other way what is not in it.
        for (_, id) in copies(&cast.chair, &meeting.id).await.iter().filter(|copy| !hers.contains(copy)) {
            cast.mother.get(&format!("/api/v1/editions/{id}.json")).await.expect(404);
        }
        for page in ["", "/record"] {
            let text = cast.mother.page(&format!("/meetings/{}{page}", meeting.id)).await.text();
            assert!(!text.contains(&said_in(&sections[1])), "{kind}: her page {page}");
        }
    }
}

#[tokio::test]
async fn somebody_of_the_family_is_never_seated_with_the_professionals() {
    let cast = Cast::assemble().await;
    for role in ["professional", "manager", "minute_taker"] {
        let refused = set_up(&cast, "core_group", &in_days(0), &[(cast.mother.id(), role)]).await;
        assert_eq!(refused.expect(422).json()["errors"][0]["place"], "invitees", "{role}");
    }
    set_up(&cast, "core_group", &in_days(0), &[(cast.mother.id(), "observer")]).await.expect(201);
}
