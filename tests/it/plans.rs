//! The plan after its lock: the next meeting begins with it, each row is judged, and its end needs a manager.

use reqwest::header::LOCATION;
use serde_json::{Value, json};
use tests::demo::Meeting;
use tests::http::Actor;
use tests::writing::{Entry, add_action, add_entry};

use crate::cast::Cast;

const VISIT: &str = "Visit every week and help with mornings";
const RESTRICTED: &str = "Check with the drugs team before each visit";

/// A row for everybody and one for professionals, then the lock.
async fn locked_with_a_plan(cast: &Cast) {
    for (document, what) in [("main", VISIT), ("professionals", RESTRICTED)] {
        let document = cast.meeting.document(document);
        let mut socket = cast.chair.join(&cast.meeting).await;
        socket.open(document).await.unwrap();
        socket.edit(document, |record| add_action(record, cast.police.id(), what, "2026-12-01")).await.unwrap();
        socket.wait_saved(document).await.unwrap();
    }
    lock(&cast.chair, &cast.meeting.id).await;
}

async fn lock(chair: &Actor, meeting: &str) {
    let path = format!("/api/v1/meetings/{meeting}/lock");
    chair.post_json(&path, &json!({ "acknowledge_missing": true, "reason": "A test" })).await.expect(200);
}

/// The next meeting of the same people, over the API.
async fn next(cast: &Cast, after: &str) -> Meeting {
    let now = jiff::Timestamp::now().to_zoned_datetime(jiff::tz::TimeZone::UTC).date().to_string();
    let people = [(&cast.chair, "chair"), (&cast.police, "professional"), (&cast.mother, "family")];
    let invitees: Vec<Value> = people.iter().map(|(who, role)| json!({ "person": who.id(), "role": role })).collect();
    let children: Vec<&str> = cast.server.demo().children.iter().map(|child| child.id.as_str()).collect();
    let draft = json!({
        "kind": "core_group", "title": "Core group again", "date": now, "time": "11:00", "place": "Here",
        "children": children, "invitees": invitees, "after": after,
    });
    let id =
        cast.chair.post_json("/api/v1/meetings", &draft).await.expect(201).json()["id"].as_str().unwrap().to_owned();
    let found = cast.chair.get(&format!("/api/v1/meetings/{id}")).await;
    serde_json::from_value(found.expect(200).json()).unwrap()
}

/// The ids of the rows on a page, in order.
fn rows(page: &str) -> Vec<String> {
    page.split("name=\"evidence-").skip(1).map(|rest| rest.split('"').next().unwrap().to_owned()).collect()
}

async fn judge(who: &Actor, here: &str, address: &str, said: &[(String, &str, &str)]) -> tests::http::Answer {
    let fields: Vec<(String, String)> = said
        .iter()
        .flat_map(|(row, result, evidence)| {
            [(format!("result-{row}"), (*result).to_owned()), (format!("evidence-{row}"), (*evidence).to_owned())]
        })
        .collect();
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    who.form(address, here, &fields).await
}

#[tokio::test]
async fn the_next_meeting_begins_with_what_is_not_done_and_says_what_became_of_it() {
    let cast = Cast::assemble().await;
    let here = cast.server.base_url().to_owned();
    let asked = format!("/meetings/new?after={}", cast.meeting.id);
    cast.chair.page(&asked).await.expect(409);
    locked_with_a_plan(&cast).await;
    for (who, status) in [(&cast.police, 403), (&cast.mother, 403), (&cast.outsider, 404), (&cast.stranger, 303)] {
        who.page(&asked).await.expect(status);
    }
    let form = cast.chair.page(&asked).await.expect(200).text();
    assert!(form.contains(&format!("name=\"after\" value=\"{}\"", cast.meeting.id)));
    assert!(form.contains(&format!("value=\"{}\" checked", cast.mother.id())), "the same people are ticked");

    let meeting = next(&cast, &cast.meeting.id).await;
    // Each row is in the part it was in: the mother's browser gets hers and no other.
    for (who, document, sees, not) in
        [(&cast.mother, "main", VISIT, RESTRICTED), (&cast.chair, "professionals", RESTRICTED, VISIT)]
    {
        let mut socket = who.join(&meeting).await;
        socket.open(meeting.document(document)).await.unwrap();
        let plan = socket.record(meeting.document(document))["actions"].to_string();
        assert!(plan.contains(sees) && !plan.contains(not), "{plan}");
        assert!(plan.contains("carriedFrom"), "{plan}");
        // And people write on in it.
        socket
            .edit(meeting.document(document), |record| add_entry(record, &Entry::fact(who.id(), "Said")))
            .await
            .unwrap();
        socket.wait_saved(meeting.document(document)).await.unwrap();
    }

    let address = format!("/meetings/{}/last-plan", meeting.id);
    let page = cast.mother.page(&address).await.expect(200).text();
    assert!(page.contains(VISIT) && !page.contains(RESTRICTED) && rows(&page).is_empty(), "she reads hers");
    assert!(cast.police.page(&address).await.expect(200).text().contains(RESTRICTED));
    cast.outsider.page(&address).await.expect(404);
    cast.chair.page(&format!("/meetings/{}/last-plan", cast.meeting.id)).await.expect(404);
    let ids = rows(&cast.chair.page(&address).await.expect(200).text());
    assert!(ids.len() >= 2, "{ids:?}");

    for who in [&cast.police, &cast.mother] {
        judge(who, &here, &address, &[(ids[0].clone(), "achieved", "So it is")]).await.expect(403);
    }
    judge(&cast.chair, "https://elsewhere.example", &address, &[]).await.expect(401);
    let silent = judge(&cast.chair, &here, &address, &[(ids[0].clone(), "not_done", " ")]).await;
    assert!(silent.expect(422).text().contains("Say how you know"));
    let unknown = uuid::Uuid::new_v4().to_string();
    judge(&cast.chair, &here, &address, &[(unknown, "achieved", "x")]).await.expect(404);
    let all: Vec<(String, &str, &str)> =
        ids.iter().map(|id| (id.clone(), "could_not_be_done", "The <i>clinic</i> has closed")).collect();
    judge(&cast.chair, &here, &address, &all).await.expect(303);
    let page = cast.mother.page(&address).await.text();
    assert!(page.contains("Could not be done") && page.contains("The &#60;i&#62;clinic"), "as it was typed");

    lock(&cast.chair, &meeting.id).await;
    judge(&cast.chair, &here, &address, &all).await.expect(303);
    let editions = cast.chair.get(&format!("/api/v1/meetings/{}/editions", meeting.id)).await.json();
    for edition in editions.as_array().unwrap() {
        let copy = cast.chair.get(edition["json"].as_str().unwrap()).await.json()["edition"].clone();
        let reviewed = copy["plan_review"].to_string();
        let full = edition["kind"] == "full";
        assert!(reviewed.contains(VISIT), "{}: {reviewed}", edition["kind"]);
        assert_eq!(reviewed.contains(RESTRICTED), full, "{}: {reviewed}", edition["kind"]);
        assert!(reviewed.contains("could_not_be_done") && reviewed.contains("has closed"));
    }
    let record = cast.mother.page(&format!("/meetings/{}/record", meeting.id)).await.expect(200).text();
    assert!(record.contains("What became of the plan before") && !record.contains(RESTRICTED));
}

#[tokio::test]
async fn a_plan_ends_when_every_row_is_judged_and_a_manager_approves() {
    let cast = Cast::assemble().await;
    let here = cast.server.base_url().to_owned();
    let demo = cast.server.demo();
    let manager = Actor::sign_in(&cast.server, demo.role("manager")).await;
    let end = format!("/meetings/{}/end-plan", cast.meeting.id);
    cast.chair.page(&end).await.expect(409);
    locked_with_a_plan(&cast).await;
    for (who, status) in [(&cast.police, 403), (&cast.mother, 403), (&cast.outsider, 404), (&cast.stranger, 303)] {
        who.page(&end).await.expect(status);
    }
    for who in [&cast.chair, &cast.police, &cast.mother] {
        who.page("/plans").await.expect(404);
    }

    assert!(cast.chair.page(&end).await.expect(200).text().contains("Say what became of every row"));
    cast.chair.form(&end, &here, &[("reason", "All is well")]).await.expect(409);
    let plan = format!("/meetings/{}/plan", cast.meeting.id);
    let ids = rows(&cast.chair.page(&plan).await.expect(200).text());
    let all: Vec<(String, &str, &str)> = ids.iter().map(|id| (id.clone(), "achieved", "It is so")).collect();
    judge(&cast.police, &here, &plan, &all).await.expect(403);
    judge(&cast.chair, &here, &plan, &all).await.expect(303);
    assert!(
        cast.chair.form(&end, &here, &[("reason", "")]).await.expect(422).text().contains("Say why the plan can end")
    );
    cast.chair.form(&end, &here, &[("reason", "All is well")]).await.expect(303);
    // Asked once; the answer is a manager's.
    cast.chair.form(&end, &here, &[("reason", "Again")]).await.expect(409);

    let list = manager.page("/plans").await.expect(200).text();
    let one = format!("/plans/{}", list.split("/plans/").nth(1).unwrap().split('"').next().unwrap());
    for (who, status) in [(&cast.chair, 404), (&cast.police, 404), (&cast.outsider, 404), (&cast.stranger, 303)] {
        who.page(&one).await.expect(status);
    }
    cast.chair.form(&one, &here, &[("say", "approve")]).await.expect(404);
    cast.stranger.form(&one, &here, &[("say", "approve")]).await.expect(401);
    let page = manager.page(&one).await.expect(200).text();
    assert!(page.contains(VISIT) && page.contains("It is so") && page.contains("All is well"));

    assert!(
        manager.form(&one, &here, &[("say", "send_back")]).await.expect(422).text().contains("has to be done first")
    );
    manager.form(&one, &here, &[("say", "send_back"), ("reason", "Ask the school too")]).await.expect(303);
    manager.form(&one, &here, &[("say", "approve")]).await.expect(409);
    assert!(cast.chair.page(&end).await.text().contains("Ask the school too"));
    cast.chair.form(&end, &here, &[("reason", "The school says so too")]).await.expect(303);
    let list = manager.page("/plans").await.text();
    let two = list.split("/plans/").skip(1).map(|rest| rest.split('"').next().unwrap().to_owned());
    let two = two.map(|id| format!("/plans/{id}")).find(|address| *address != one).unwrap();
    manager.form(&two, &here, &[("say", "approve")]).await.expect(303);

    // The plan has ended: no meeting follows, until the manager opens it again.
    let asked = format!("/meetings/new?after={}", cast.meeting.id);
    assert!(cast.chair.page(&asked).await.expect(409).text().contains("no meeting follows"));
    assert!(cast.chair.page(&end).await.text().contains("This plan has ended already"));
    let again = manager.form(&two, &here, &[("say", "open_again"), ("reason", "She came back")]).await;
    assert_eq!(again.expect(303).header(LOCATION.as_str()), two);
    cast.chair.page(&asked).await.expect(200);
    let meeting = next(&cast, &cast.meeting.id).await;
    assert!(cast.chair.page(&end).await.text().contains("A later meeting carries this plan on"));
    cast.chair.page(&format!("/meetings/{}/end-plan", meeting.id)).await.expect(409);
}
