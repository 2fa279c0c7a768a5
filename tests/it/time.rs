//! What ends by itself, seen by turning the clock.

use serde_json::json;
use tests::http::Actor;
use tests::inside::Inside;
use tests::socket::{Lost, Socket};

const MINUTE: i64 = 60 * 1000;

#[tokio::test]
async fn a_ticket_is_good_for_a_minute() {
    let server = Inside::start().await;
    let meeting = server.demo().open_meeting().clone();
    let chair = Actor::sign_in(&server, server.demo().role("chair")).await;
    let (early, late) = (chair.ticket(&meeting).await, chair.ticket(&meeting).await);
    server.clock.turn(MINUTE / 2);
    Socket::join(&early).await.unwrap();
    server.clock.turn(MINUTE);
    assert!(matches!(Socket::join(&late).await, Err(Lost::NotLetIn(401))));
}

#[tokio::test]
async fn a_session_ends_after_half_a_day() {
    let server = Inside::start().await;
    let chair = Actor::sign_in(&server, server.demo().role("chair")).await;
    server.clock.turn(11 * 60 * MINUTE);
    chair.get("/api/v1/meetings").await.expect(200);
    server.clock.turn(61 * MINUTE);
    chair.get("/api/v1/meetings").await.expect(401);
}

#[tokio::test]
async fn after_ten_wrong_passwords_one_waits_a_quarter_of_an_hour() {
    let server = Inside::start().await;
    let (person, stranger) = (server.demo().role("chair").clone(), Actor::anonymous(&server));
    let wrong = json!({ "email": person.email, "password": "guessed" });
    for _ in 0..10 {
        stranger.post_json("/api/v1/session", &wrong).await.expect(401);
    }
    let right = json!({ "email": person.email, "password": person.password });
    let refused = stranger.post_json("/api/v1/session", &right).await;
    refused.expect(429);
    assert!(!refused.header("retry-after").is_empty());
    server.clock.turn(15 * MINUTE + 1);
    stranger.post_json("/api/v1/session", &right).await.expect(200);
}
