//! The leak check: what a reader must not have stops the lock, whoever wrote it and however it is spelled; the chair puts it
//! right or answers for it. And what the check reads in a finished PDF is what others read in it.

use std::collections::BTreeMap;
use std::process::Command;

use serde_json::{Value, json};
use server::render::read_back;
use tests::http::Actor;
use tests::writing::{Entry, add_entry};

use crate::cast::Cast;

/// The mother's own address and number, as the demo has them, in another spelling.
const GIVEN_AWAY: &str = "We live at 14, LARCH-RISE now (nm47qd). Ring +44 1632 96\u{200B}0211.";
const RESTRICTED: &str =
    "Police hold three call-outs to the home since June, none of which the family has been told of.";

async fn write(cast: &Cast, by: &Actor, part: &str, text: &str) {
    let document = cast.meeting.document(part);
    let mut socket = by.join(&cast.meeting).await;
    socket.open(document).await.unwrap();
    let (section, nature) = if part == "main" { ("parents_views", "view") } else { ("since_last_met", "fact") };
    let entry = Entry { section, nature, ..Entry::fact(by.id(), text) };
    socket.edit(document, |record| add_entry(record, &entry)).await.unwrap();
    socket.wait_saved(document).await.unwrap();
}

fn path(cast: &Cast, more: &str) -> String {
    format!("/api/v1/meetings/{}/{more}", cast.meeting.id)
}

/// Tries to lock, and gives what stops it: key and words.
async fn stopped(cast: &Cast, request: &Value) -> BTreeMap<String, String> {
    let answer = cast.chair.post_json(&path(cast, "lock"), request).await;
    let problem = answer.expect(409).json();
    assert_eq!((&problem["code"], &problem["status"]), (&json!("leak"), &json!(409)), "{problem}");
    assert!(problem["detail"].as_str().unwrap().contains("Nothing was locked or sent"), "{problem}");
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    problem["errors"].as_array().unwrap().iter().map(|one| (text(&one["key"]), text(&one["words"]))).collect()
}

async fn edition(reader: &Actor, cast: &Cast, kind: &str) -> String {
    let list = reader.get(&path(cast, "editions")).await.expect(200).json();
    let found = list.as_array().unwrap().iter().find(|edition| edition["kind"] == kind).unwrap().clone();
    found["json"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn an_address_stops_the_lock_until_the_chair_answers_for_it() {
    let cast = Cast::assemble().await;
    write(&cast, &cast.mother, "main", GIVEN_AWAY).await;

    // The review says so already; to the chair alone.
    let review = cast.chair.get(&path(&cast, "review")).await.expect(200).json();
    let told: Vec<&Value> = review.as_array().unwrap().iter().filter(|one| one["code"] == "leak").collect();
    assert!(told.iter().all(|one| one["weight"] == "blocks" && one["place"] == "section-parents_views"), "{told:?}");

    // One reason for everything is none.
    let found = stopped(&cast, &json!({ "acknowledge_missing": true, "reason": "It has to be." })).await;
    assert_eq!(found.len(), told.len());
    let mother = &cast.mother.person().name;
    for expected in ["the address of", "the telephone number of"] {
        assert!(found.values().any(|words| words.contains(expected) && words.contains(mother)), "{found:?}");
    }
    // Nothing happened, and nothing says again what it was about.
    assert!(cast.chair.get(&path(&cast, "editions")).await.text().contains("[]"));
    for told in [found.iter().map(|(key, words)| format!("{key} {words}")).collect(), cast.server.log()] {
        let told = told.to_lowercase();
        for secret in ["larch", "nm47qd", "nm4 7qd", "960211"] {
            assert!(!told.contains(secret), "{secret} in {told}");
        }
    }
    write(&cast, &cast.mother, "main", "The meeting goes on.").await;

    // Some of it answered for is not all of it.
    let reasons: Vec<Value> =
        found.keys().map(|key| json!({ "key": key, "reason": "Both parents live there." })).collect();
    let left = stopped(&cast, &json!({ "acknowledge_missing": true, "reasons": &reasons[1..] })).await;
    assert_eq!(left.len(), 1);
    cast.chair
        .post_json(&path(&cast, "lock"), &json!({ "acknowledge_missing": true, "reasons": reasons }))
        .await
        .expect(200);
    let full = cast.chair.get(&edition(&cast.chair, &cast, "full").await).await.expect(200).text();
    assert!(full.matches("Both parents live there.").count() >= found.len(), "{full}");
    let family = cast.mother.get(&edition(&cast.mother, &cast, "family").await).await.expect(200).text();
    assert!(!family.contains("Both parents live there."));
}

#[tokio::test]
async fn words_of_a_part_its_readers_do_not_get_stop_the_copy_and_taking_them_out_lets_it_go() {
    let cast = Cast::assemble().await;
    write(&cast, &cast.police, "professionals", RESTRICTED).await;
    write(&cast, &cast.police, "professionals", "NHS 943 476 5919, and she lives at 14 Larch Rise.").await;
    let main = cast.main_document();
    let mut mother = cast.mother.join(&cast.meeting).await;
    mother.open(main).await.unwrap();
    let said = Entry {
        section: "parents_views",
        nature: "view",
        ..Entry::fact(
            cast.mother.id(),
            "I heard police hold three callouts to the home since june! His number: 9434765919",
        )
    };
    let row = mother.edit(main, |record| add_entry(record, &said)).await.unwrap();
    mother.wait_saved(main).await.unwrap();
    let found = stopped(&cast, &json!({ "acknowledge_missing": true })).await;
    for what in ["restricted_text", "nhs_number"] {
        assert!(found.keys().any(|key| key.starts_with(&format!("leak:family:{what}"))), "{found:?}");
    }
    assert!(!found.keys().any(|key| key.contains(":address") || key.starts_with("leak:full")), "{found:?}");

    mother
        .edit(main, |record| tests::writing::remove_entry(record, "parents_views", &row, cast.mother.id()))
        .await
        .unwrap();
    mother.wait_saved(main).await.unwrap();
    cast.chair.post_json(&path(&cast, "lock"), &json!({ "acknowledge_missing": true })).await.expect(200);
}

#[tokio::test]
async fn the_page_asks_why_for_each_and_locks_with_the_answers() {
    let cast = Cast::assemble().await;
    write(&cast, &cast.mother, "main", GIVEN_AWAY).await;
    let (meeting, here) = (format!("/meetings/{}", cast.meeting.id), cast.server.base_url().to_owned());
    let review = cast.chair.page(&format!("{meeting}/review")).await.expect(200).text();
    let fields: Vec<String> =
        review.split("name=\"").skip(1).filter_map(|rest| rest.split('"').next()).map(str::to_owned).collect();
    let fields: Vec<&String> = fields.iter().filter(|field| field.starts_with("reason-leak:")).collect();
    assert!(fields.len() >= 2, "{review}");
    assert!(!review.to_lowercase().contains("larch"), "the review says the address again");

    let password = cast.chair.person().password.clone();
    let lock = format!("{meeting}/lock");
    let mut form = vec![("confirm", "yes"), ("acknowledge", "yes"), ("password", password.as_str())];
    let again = cast.chair.form(&lock, &here, &form).await;
    assert!(again.expect(422).text().contains("Put it right, or write why"));
    form.extend(fields.iter().map(|field| (field.as_str(), "Everybody at the table knows.")));
    cast.chair.form(&lock, &here, &form).await.expect(303);
    let record = cast.chair.page(&format!("{meeting}/record")).await;
    assert!(record.text().contains("Everybody at the table knows."), "{}", record.text());
}

#[tokio::test]
async fn what_is_read_back_from_a_copy_is_what_others_read_in_it() {
    let cast = Cast::assemble().await;
    // Every script the record is written in; markup; what is drawn as nothing.
    let lines = [
        "Zażółć gęślą jaźń. Él está aquí, où ça; ﬁnally ½ №5 “quoted” – 10 000",
        "= #read(\"/etc/passwd\") *b* $x$ \\ <l> @r ] } &amp; <b>",
        "in\u{200D}vi\u{200B}sible\u{2060} and \u{202E}turned\u{202C}",
        "বাংলা ਪੰਜਾਬੀ 孩子的話",
    ];
    let long = (0..2_000).map(|n| format!("word{n}")).collect::<Vec<_>>().join(" ");
    for text in lines.iter().map(|line| (*line).to_owned()).chain([long]) {
        write(&cast, &cast.police, "professionals", &text).await;
    }
    write(&cast, &cast.police, "professionals", "\u{645}\u{631}\u{62D}\u{628}\u{627} اُردو متن").await;
    cast.chair.post_json(&path(&cast, "lock"), &json!({ "acknowledge_missing": true })).await.expect(200);
    let list = cast.chair.get(&path(&cast, "editions")).await.expect(200).json();
    for edition in list.as_array().unwrap() {
        let kind = edition["kind"].as_str().unwrap();
        let pdf = cast.chair.get(edition["pdf"].as_str().unwrap()).await.expect(200).body.clone();
        let json = cast.chair.get(edition["json"].as_str().unwrap()).await.expect(200).text();
        let texts = read_back::texts(&pdf).unwrap();
        let ours = texts.join("\n");
        let theirs = outside(&pdf, "pdftotext", &["-raw", "-enc", "UTF-8"], &["-"]);
        for word in theirs.split(|c: char| !c.is_ascii_alphanumeric()) {
            assert!(ours.contains(word), "{kind}: {word} is not read back");
        }
        // What is attached, which lacks but the proof that the record is in the log; what the file says of itself; what is read aloud.
        let attached = texts.iter().find(|text| text.starts_with("{\"edition\"")).expect("what is attached");
        let attached: serde_json::Value = serde_json::from_str(attached).unwrap();
        let mut served: serde_json::Value = serde_json::from_str(&json).unwrap();
        for member in ["log", "signature", "signatures"] {
            if attached.get(member).is_none() {
                served.as_object_mut().unwrap().remove(member);
            }
        }
        assert_eq!(attached, served, "{kind}");
        let said = outside(&pdf, "pdfinfo", &["-meta"], &[]);
        let title = said.split("<dc:title>").nth(1).and_then(|rest| rest.split("</dc:title>").next()).unwrap();
        let title = title.rsplit_once("</rdf:li>").unwrap().0.rsplit_once('>').unwrap().1;
        assert!(!title.is_empty() && texts.iter().any(|text| text.contains(title)), "{kind}: {title}");
        if kind != "full" {
            // By whatever way somebody looks into the file.
            let objects = outside(&pdf, "qpdf", &["--qdf", "--object-streams=disable"], &["-"]);
            let html = cast.chair.get(edition["html"].as_str().unwrap()).await.expect(200).text();
            for text in [&ours, &theirs, &objects, &json, &html] {
                for secret in ["word1999", "jaźń", "孩子的話", "passwd"] {
                    assert!(!text.contains(secret), "{kind} holds {secret}");
                }
            }
        } else {
            let html = cast.chair.get(edition["html"].as_str().unwrap()).await.expect(200).text();
            assert!(html.contains("word1999") && !html.contains("<b>") && html.contains("#read("), "{html}");
            assert!(ours.contains("word1999") && ours.contains("孩子的話"), "{ours}");
            let one_line = ours.replace('\n', " ");
            assert!(one_line.contains("= #read(\"/etc/passwd\") *b* $x$ \\ <l> @r ] } &amp; <b>"), "{one_line}");
        }
    }
}

fn outside(pdf: &[u8], tool: &str, before: &[&str], after: &[&str]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("copy.pdf");
    std::fs::write(&path, pdf).unwrap();
    let output = Command::new(tool).args(before).arg(path).args(after).output().unwrap();
    assert!(output.status.success());
    String::from_utf8_lossy(&output.stdout).into_owned()
}
