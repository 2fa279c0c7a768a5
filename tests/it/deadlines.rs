//! The board of deadlines over HTTP, and reminders, with a clock that turns.

use minutes::clocks::POLICY_KEY;
use reqwest::header::LOCATION;
use serde_json::json;
use server::workflow::remind;
use tests::demo::Person;
use tests::http::{Actor, Host};
use tests::inside::Inside;
use tests::wait;

const DAY: i64 = 24 * 60 * 60 * 1000;

async fn sign_in(server: &Inside, person: &Person) -> Actor {
    Actor::sign_in(server, person).await
}

/// A conference of the chair and the police officer, tomorrow by the server's clock; its id.
async fn conference(server: &Inside, chair: &Actor) -> String {
    let demo = server.demo();
    let tomorrow = jiff::Timestamp::from_millisecond(server.clock.now() + DAY).unwrap();
    let date = tomorrow.to_zoned_datetime(jiff::tz::TimeZone::UTC).date().to_string();
    let draft = json!({
        "kind": "initial_conference", "title": "Initial conference", "date": date, "time": "10:00", "place": "Here",
        "children": [demo.children[0].id],
        "invitees": [
            { "person": chair.id(), "role": "chair" },
            { "person": demo.professional_of("police").id, "role": "professional" },
        ],
    });
    chair.post_json("/api/v1/meetings", &draft).await.expect(201).json()["id"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_board_shows_what_somebody_may_know_of_and_nothing_else() {
    let server = Inside::start().await;
    let demo = server.demo();
    let chair = sign_in(&server, demo.role("chair")).await;
    let meeting = conference(&server, &chair).await;
    let here = format!("/meetings/{meeting}/deadlines/first_core_group");
    let title = "Initial conference";

    let officer = sign_in(&server, demo.professional_of("police")).await;
    let manager = sign_in(&server, demo.role("manager")).await;
    let teacher = sign_in(&server, demo.professional_of("school")).await;
    let mother = sign_in(&server, demo.role("family")).await;
    let stranger = Actor::anonymous(&server);

    for reader in [&chair, &officer] {
        let board = reader.page("/deadlines").await.expect(200).text();
        assert!(board.contains(title) && board.contains(&format!("\"/meetings/{meeting}\"")), "they sit at it");
        assert!(board.contains("The record is locked, signed"), "the record of every meeting is on the board");
        reader.page(&here).await.expect(200);
    }
    // Their agency sits at it, they do not: what is due, and no way in.
    let board = manager.page("/deadlines").await.expect(200).text();
    assert!(board.contains(title) && board.contains(&here) && !board.contains(&format!("\"/meetings/{meeting}\"")));
    assert!(board.contains("In the whole partnership"));
    assert!(!board.contains(&demo.children[0].name), "no child is on the board");
    manager.page(&here).await.expect(200);

    let board = teacher.page("/deadlines").await.expect(200).text();
    assert!(!board.contains(title) && !board.contains("In the whole partnership"));
    for nobody in [&teacher, &mother] {
        nobody.page(&here).await.expect(404);
        nobody.form(&here, server.base_url(), &[("say", "reason"), ("reason", "x")]).await.expect(404);
    }
    mother.page("/deadlines").await.expect(404);
    assert!(!mother.page("/meetings").await.text().contains("/deadlines"), "the menu leads nowhere they may not go");
    for address in ["/deadlines", &here] {
        assert!(stranger.page(address).await.expect(303).header(LOCATION.as_str()).starts_with("/sign-in"));
    }
    stranger.form(&here, server.base_url(), &[]).await.expect(401);

    for (address, shows) in [
        (format!("/deadlines?meeting={meeting}"), true),
        // What was due before a conference of tomorrow is late as soon as it is set up.
        ("/deadlines?show=late".to_owned(), true),
        (format!("/deadlines?agency={}", officer.person().agency_id()), false),
        (format!("/deadlines?agency={}", chair.person().agency_id()), true),
    ] {
        assert_eq!(chair.page(&address).await.expect(200).text().contains(title), shows, "{address}");
    }
    let elsewhere = uuid::Uuid::new_v4();
    chair.page(&format!("/deadlines?meeting={elsewhere}")).await.expect(404);
    chair.page(&format!("/meetings/{meeting}/deadlines/tea")).await.expect(404);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_late_says_why_and_what_people_know_is_ticked() {
    let server = Inside::start().await;
    let demo = server.demo();
    let chair = sign_in(&server, demo.role("chair")).await;
    let meeting = conference(&server, &chair).await;
    let address = |clock: &str| format!("/meetings/{meeting}/deadlines/{clock}");
    let here = server.base_url().to_owned();
    let early = chair.form(&address("record"), &here, &[("say", "reason"), ("reason", "Not yet late")]).await;
    assert!(early.expect(422).text().contains("This deadline is not late"));
    assert!(early.text().contains("Not yet late"), "nothing typed is lost");

    server.clock.turn(40 * DAY);
    let chair = sign_in(&server, demo.role("chair")).await;
    let board = chair.page("/deadlines?show=late").await.expect(200).text();
    assert!(board.contains("working days late") && board.contains("No reason recorded"));

    let record = address("record");
    for (reason, says) in [("", "Enter why it is late"), ("x".repeat(1001).as_str(), "1,000 characters or fewer")] {
        let again = chair.form(&record, &here, &[("say", "reason"), ("reason", reason)]).await;
        assert!(again.expect(422).text().contains(says));
    }
    let officer = sign_in(&server, demo.professional_of("police")).await;
    assert!(!officer.page(&record).await.expect(200).text().contains("Record the reason"));
    officer.form(&record, &here, &[("say", "reason"), ("reason", "x")]).await.expect(403);
    chair.form(&record, "https://elsewhere.example", &[("say", "reason"), ("reason", "x")]).await.expect(401);
    let manager = sign_in(&server, demo.role("manager")).await;
    for (who, reason) in [(&chair, "The minute taker was ill"), (&manager, "No cover <b>was found</b>")] {
        who.form(&record, &here, &[("say", "reason"), ("reason", reason)]).await.expect(303);
    }
    let page = officer.page(&record).await.expect(200).text();
    assert!(page.contains("The minute taker was ill") && page.contains(&manager.person().name));
    assert!(page.contains("No cover &#60;b&#62;"), "as it was typed");
    let board = chair.page("/deadlines").await.text();
    assert!(
        board.contains("No cover") && !board.contains("The minute taker was ill"),
        "the newest stands on the board"
    );

    // A core group that met elsewhere: somebody says so, with the day, and may take it back.
    let core = address("first_core_group");
    let day = |year: &str| {
        [("say", "done"), ("done-day", "1"), ("done-month", "12"), ("done-year", year)]
            .map(|(a, b)| (a.to_owned(), b.to_owned()))
    };
    let say = async |who: &Actor, fields: &[(String, String)]| {
        let fields: Vec<(&str, &str)> = fields.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
        who.form(&core, &here, &fields).await
    };
    assert!(say(&chair, &day("2999")).await.expect(422).text().contains("can’t be in the future"));
    assert!(say(&chair, &day("")).await.expect(422).text().contains("Enter the day it was done"));
    say(&officer, &day("2020")).await.expect(403);
    say(&chair, &day("2020")).await.expect(303);
    let page = chair.page(&core).await.text();
    assert!(page.contains("Done 1 December") && page.contains(&chair.person().name), "who said it stands beside it");
    chair.form(&core, &here, &[("say", "not_done")]).await.expect(303);
    assert!(chair.page(&core).await.text().contains("late"));
    // The lock alone says that a record is done.
    chair
        .form(&record, &here, &[("say", "done"), ("done-day", "1"), ("done-month", "12"), ("done-year", "2020")])
        .await
        .expect(404);
    // What led to a conference happened elsewhere: the day is said.
    let held = address("meeting");
    assert!(chair.page(&held).await.expect(200).text().contains("From which day does it count?"));
    let start = [("say", "start"), ("start-day", "1"), ("start-month", "10"), ("start-year", "2026")];
    chair.form(&held, &here, &start).await.expect(303);
    assert!(chair.page(&held).await.text().contains("1 October 2026, said"));
}

#[tokio::test(flavor = "multi_thread")]
async fn people_are_reminded_once_by_letters_that_name_nothing() {
    let server = Inside::start().await;
    let demo = server.demo();
    let chair = sign_in(&server, demo.role("chair")).await;
    let meeting = conference(&server, &chair).await;
    // Noon a fortnight on: the record of the conference and more has been late for days.
    let today = server.clock.now().rem_euclid(DAY);
    server.clock.turn(14 * DAY + DAY / 2 - today);
    let letters = remind::remind(&server.app).await.unwrap();
    assert!(letters >= 2, "the chair and the manager of the chair's agency at least: {letters}");
    assert_eq!(remind::remind(&server.app).await.unwrap(), 0, "once");
    let (one, other) = tokio::join!(remind::remind(&server.app), remind::remind(&server.app));
    assert_eq!((one.unwrap(), other.unwrap()), (0, 0));

    let to_chair = wait::until("the chair's reminder", async || {
        let found = std::fs::read_dir(&demo.mail_dir)
            .unwrap()
            .filter_map(|file| std::fs::read_to_string(file.unwrap().path()).ok());
        found.into_iter().find(|mail| mail.contains("A reminder from Accord") && mail.contains(&chair.person().email))
    })
    .await;
    assert!(to_chair.contains("/deadlines") && to_chair.contains("passed"), "{to_chair}");
    for secret in [&meeting, &demo.children[0].name, "conference", "Conference", &chair.person().name] {
        assert!(!to_chair.contains(secret), "{secret}: {to_chair}");
    }
    // A week later what is late still is said again, once.
    server.clock.turn(7 * DAY);
    let (one, other) = tokio::join!(remind::remind(&server.app), remind::remind(&server.app));
    let (one, other) = (one.unwrap(), other.unwrap());
    assert!(one + other >= 2 && (one == 0 || other == 0), "one of two gives them: {one} and {other}");
    // In the night nobody is written to.
    server.clock.turn(7 * DAY - 9 * DAY / 24);
    assert_eq!(remind::remind(&server.app).await.unwrap(), 0);
    assert_eq!(POLICY_KEY, "policy-record", "addresses of deadlines stay as they are");
}
