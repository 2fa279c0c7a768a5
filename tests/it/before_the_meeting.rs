//! What people do before a meeting, each on the one page that needs no script, and what they do not see there.

use reqwest::header::LOCATION;
use tests::http::{Actor, Answer};

use crate::cast::Cast;

async fn send(by: &Actor, cast: &Cast, what: &str, fields: &[(&str, &str)]) -> Answer {
    by.form(&format!("/meetings/{}/before/{what}", cast.meeting.id), cast.server.base_url(), fields).await
}

async fn page(reader: &Actor, cast: &Cast) -> String {
    reader.page(&format!("/meetings/{}/before", cast.meeting.id)).await.expect(200).text()
}

/// The id in the first address on a page that begins so.
fn id_after(page: &str, start: &str) -> String {
    let at = page.find(start).expect("an address on the page") + start.len();
    page[at..at + 36].to_owned()
}

#[tokio::test]
async fn every_address_is_closed_to_strangers_outsiders_other_sites_and_the_wrong_role() {
    let cast = Cast::assemble().await;
    let (before, nothing) = (format!("/meetings/{}/before", cast.meeting.id), uuid::Uuid::new_v4());
    for address in [before.clone(), format!("{before}/meeting.ics"), format!("{before}/invite")] {
        cast.stranger.page(&address).await.expect(303);
        cast.outsider.page(&address).await.expect(404);
    }
    let everybodys = ["answer", "needs", "agenda", "requests"].map(str::to_owned);
    let workers = [format!("reports/{nothing}"), format!("reports/{nothing}/sharing")];
    let chairs = ["invitations", "invite", "reports"].map(str::to_owned).into_iter();
    let chairs: Vec<String> = chairs.chain([format!("agenda/{nothing}"), format!("requests/{nothing}")]).collect();
    for what in everybodys.iter().chain(&workers).chain(&chairs) {
        send(&cast.stranger, &cast, what, &[]).await.expect(401);
        send(&cast.outsider, &cast, what, &[]).await.expect(404);
        cast.chair.form(&format!("{before}/{what}"), "https://elsewhere.example", &[]).await.expect(401);
    }
    for what in &chairs {
        for nobody in [&cast.police, &cast.mother] {
            send(nobody, &cast, what, &[("ruling", "granted")]).await.expect(403);
        }
    }
    cast.mother.page(&format!("{before}/invite")).await.expect(403);
    let report = format!("nature-{nothing}");
    let text = format!("report-{nothing}");
    send(&cast.mother, &cast, &workers[0], &[(&report, "fact"), (&text, "x")]).await.expect(403);
}

#[tokio::test]
async fn each_answers_for_themselves_and_the_chair_sees_all() {
    let cast = Cast::assemble().await;
    send(&cast.mother, &cast, "answer", &[("answer", "cannot_come"), ("note", "")]).await.expect(422);
    let again = send(&cast.mother, &cast, "answer", &[("answer", "sends_somebody"), ("note", " ")]).await;
    assert!(again.expect(422).text().contains("Say who comes instead of you"));
    send(&cast.mother, &cast, "answer", &[("answer", "cannot_come"), ("note", "I work that day.")]).await.expect(303);
    let told = [("needs", "Large print"), ("interpreter", "Polish"), ("advocate", "Anna from Hilltop")];
    send(&cast.mother, &cast, "needs", &told).await.expect(303);
    let for_another = [("person", cast.mother.id()), ("answer", "coming"), ("note", "")];
    send(&cast.police, &cast, "answer", &for_another).await.expect(403);
    for words in ["I work that day.", "Large print", "Polish", "Anna from Hilltop"] {
        assert!(
            page(&cast.chair, &cast).await.contains(words) && page(&cast.mother, &cast).await.contains(words),
            "{words}"
        );
        assert!(!page(&cast.police, &cast).await.contains(words), "{words}");
    }
    send(&cast.chair, &cast, "answer", &for_another).await.expect(303);
    assert!(!page(&cast.chair, &cast).await.contains("I work that day."), "the latest answer stands");

    let entry = cast.mother.page(&format!("/meetings/{}/before/meeting.ics", cast.meeting.id)).await;
    assert_eq!(entry.expect(200).header("content-type"), "text/calendar; charset=utf-8");
    let entry = entry.text().replace("\r\n ", "");
    assert!(entry.contains("SUMMARY:Meeting\r\n") && entry.contains(&format!("/meetings/{}/before", cast.meeting.id)));
    assert!(!entry.to_lowercase().contains("core group") && !entry.contains("LOCATION"), "{entry}");
}

#[tokio::test]
async fn who_is_invited_later_sits_at_the_table_and_in_the_record() {
    let cast = Cast::assemble().await;
    let outsider = cast.outsider.id();
    let mistaken = send(&cast.chair, &cast, "invite", &[("role", "professional"), ("name", "Nia Prys")]).await;
    assert!(mistaken.expect(422).text().contains("Nia Prys"), "nothing typed is lost");
    send(&cast.chair, &cast, "invite", &[("role", "chair"), ("person", outsider)]).await.expect(422);
    send(&cast.chair, &cast, "invite", &[("role", "family"), ("person", outsider)]).await.expect(422);
    let invited = send(&cast.chair, &cast, "invite", &[("role", "professional"), ("person", outsider)]).await;
    let next = invited.expect(303).header(LOCATION.as_str()).to_owned();
    assert!(cast.chair.page(&next).await.expect(200).text().contains("They have a seat at this meeting"));
    send(&cast.chair, &cast, "invite", &[("role", "professional"), ("person", outsider)]).await.expect(422);

    let main = cast.main_document();
    let mut socket = cast.outsider.join(&cast.meeting).await;
    socket.open(main).await.unwrap();
    let entry = tests::writing::Entry::fact(outsider, "Said by somebody invited later.");
    socket.edit(main, |record| tests::writing::add_entry(record, &entry)).await.unwrap();
    socket.wait_saved(main).await.unwrap();
    let new = [("role", "family"), ("name", "Zofia Nowak"), ("title", "aunt"), ("email", "zofia@example.org")];
    send(&cast.chair, &cast, "invite", &new).await.expect(303);
    let seen = page(&cast.chair, &cast).await;
    assert!(seen.contains("Zofia Nowak") && seen.contains("A worker has to tell them"), "she can't sign in");

    let lock = format!("/api/v1/meetings/{}/lock", cast.meeting.id);
    cast.chair.post_json(&lock, &serde_json::json!({ "acknowledge_missing": true })).await.expect(200);
    let editions = cast.chair.get(&format!("/api/v1/meetings/{}/editions", cast.meeting.id)).await.json();
    let full = editions.as_array().unwrap().iter().find(|edition| edition["kind"] == "full").unwrap().clone();
    let copy = cast.chair.get(full["json"].as_str().unwrap()).await.json()["edition"].clone();
    let attendance = copy["attendance"].as_array().unwrap();
    for name in [cast.outsider.person().name.as_str(), "Zofia Nowak"] {
        assert_eq!(attendance.iter().filter(|row| row["person"]["name"] == name).count(), 1, "{name}: {attendance:?}");
    }
    assert!(page(&cast.chair, &cast).await.contains("is locked"));
    send(&cast.mother, &cast, "answer", &[("answer", "coming")]).await.expect(303);
    assert!(!page(&cast.chair, &cast).await.contains("Save the answer"));
}

#[tokio::test]
async fn a_request_in_private_is_seen_by_nobody_it_concerns() {
    let cast = Cast::assemble().await;
    let asked = [
        ("kind", "exclude"),
        ("concerns", cast.mother.id()),
        ("ground", "child_asks"),
        ("words", "Lena does not want to speak before her."),
    ];
    send(&cast.police, &cast, "requests", &[&asked[..3], &[("words", " ")]].concat()).await.expect(422);
    send(&cast.police, &cast, "requests", &asked).await.expect(303);
    let words = "Lena does not want to speak before her.";
    assert!(page(&cast.police, &cast).await.contains(words));
    assert!(!page(&cast.mother, &cast).await.contains(words));
    let seen = page(&cast.chair, &cast).await;
    let id = id_after(&seen, "/before/requests/");
    let (ruling, reason) = (format!("requests/{id}"), format!("reason-{id}"));
    send(&cast.chair, &cast, &ruling, &[("ruling", "granted"), (&reason, "")]).await.expect(422);
    let fields = [("ruling", "granted"), (reason.as_str(), "For the first half hour.")];
    send(&cast.chair, &cast, &ruling, &fields).await.expect(303);
    send(&cast.chair, &cast, &ruling, &fields).await.expect(404);
    assert!(page(&cast.police, &cast).await.contains("For the first half hour."));
    assert!(!page(&cast.mother, &cast).await.contains("For the first half hour."));
}

#[tokio::test]
async fn what_anyone_proposes_the_chair_takes_or_declines_with_a_word() {
    let cast = Cast::assemble().await;
    send(&cast.mother, &cast, "agenda", &[("item", "Contact at the weekend")]).await.expect(303);
    assert!(!page(&cast.police, &cast).await.contains("Contact at the weekend"), "not before the chair took it");
    let id = id_after(&page(&cast.chair, &cast).await, "/before/agenda/");
    let (ruling, reason) = (format!("agenda/{id}"), format!("reason-{id}"));
    send(&cast.chair, &cast, &ruling, &[("ruling", "refused"), (&reason, "")]).await.expect(422);
    send(&cast.chair, &cast, &ruling, &[("ruling", "granted"), (&reason, "")]).await.expect(303);
    assert!(page(&cast.police, &cast).await.contains("Contact at the weekend"));
}

#[tokio::test]
async fn a_report_is_its_authors_and_the_family_does_not_read_it_here() {
    let cast = Cast::assemble().await;
    let ask = |author| [("author", author), ("section", "worries")];
    send(&cast.chair, &cast, "reports", &ask(cast.mother.id())).await.expect(422);
    send(&cast.chair, &cast, "reports", &ask(cast.police.id())).await.expect(303);
    send(&cast.chair, &cast, "reports", &ask(cast.police.id())).await.expect(422);
    let id = id_after(&page(&cast.police, &cast).await, "/before/reports/");
    let (nature, text) = (format!("nature-{id}"), format!("report-{id}"));
    let words = "No call since October.";
    let given = [(nature.as_str(), "fact"), (text.as_str(), words)];
    send(&cast.chair, &cast, &format!("reports/{id}"), &given).await.expect(403);
    send(&cast.police, &cast, &format!("reports/{id}"), &given).await.expect(303);
    assert!(page(&cast.chair, &cast).await.contains(words) && !page(&cast.mother, &cast).await.contains(words));
    let how = format!("how-{id}");
    let sharing = format!("reports/{id}/sharing");
    send(&cast.police, &cast, &sharing, &[(&how, "")]).await.expect(422);
    send(&cast.police, &cast, &sharing, &[(&how, "Her telephone is not safe.")]).await.expect(303);
    let seen = page(&cast.chair, &cast).await;
    assert!(seen.contains("Not shared with the family: Her telephone is not safe."));
}

#[tokio::test]
async fn the_next_meeting_finds_what_the_last_one_left_open() {
    let cast = Cast::assemble().await;
    for reader in [&cast.chair, &cast.mother] {
        let seen = page(reader, &cast).await;
        assert!(seen.contains("Actions of earlier meetings that are not done"), "the demo's first meeting left some");
    }
}
