//! Journeys in a real browser.

use tests::browser;
use tests::server::Accord;

#[tokio::test]
async fn four_people_write_one_record_together_and_the_chair_locks_it() {
    let server = Accord::start().await;
    browser::run("journey.test.mjs", &server).await;
}

#[tokio::test]
async fn the_chair_takes_a_seat_away_and_the_pages_say_so() {
    let server = Accord::start().await;
    browser::run("seats.test.mjs", &server).await;
}

#[tokio::test]
async fn every_page_is_accessible_and_fits_a_phone() {
    let server = Accord::start().await;
    browser::run("pages.test.mjs", &server).await;
}

#[tokio::test]
async fn part_of_a_meeting_is_closed_and_answers_are_shown_all_at_once() {
    let server = Accord::start().await;
    browser::run("closed.test.mjs", &server).await;
}
