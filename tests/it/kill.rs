//! `kill -9` at any moment loses nothing that was acknowledged.

use tests::demo::Meeting;
use tests::http::Actor;
use tests::server::Accord;
use tests::socket::{Lost, Socket};
use tests::writing::{Entry, add_entry, append};
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};

/// Few enough acknowledgements that the typists are in the middle of something, and at another point each time.
const KILL_AFTER: &[usize] = &[3, 11, 26];

#[tokio::test]
async fn every_acknowledged_word_is_there_after_a_kill_while_two_people_type() {
    let mut server = Accord::start().await;
    let mut all_acknowledged = Vec::new();
    for (round, kill_after) in KILL_AFTER.iter().enumerate() {
        let meeting = server.demo().open_meeting().clone();
        let (sender, mut acknowledged) = unbounded_channel();
        let mut typists = Vec::new();
        for person in [server.demo().role("chair").clone(), server.demo().professional_of("police").clone()] {
            let actor = Actor::sign_in(&server, &person).await;
            let mut socket = actor.join(&meeting).await;
            socket.open(meeting.document("main")).await.unwrap();
            typists.push(tokio::spawn(type_until_lost(actor, socket, meeting.clone(), round, sender.clone())));
        }
        drop(sender);

        for _ in 0..*kill_after {
            all_acknowledged.push(acknowledged.recv().await.expect("the typists go on until the server is killed"));
        }
        server.kill().await;
        while let Some(word) = acknowledged.recv().await {
            all_acknowledged.push(word);
        }
        for typist in typists {
            let lost = typist.await.unwrap();
            assert!(matches!(lost, Lost::Broken | Lost::NotLetIn(_)), "a typist stopped for another reason: {lost:?}");
        }

        server.start_again().await;
        let record = record_as_stored(&server, &meeting).await;
        for word in &all_acknowledged {
            assert!(record.contains(word.as_str()), "{word} was acknowledged and is gone, in round {round}:\n{record}");
        }
    }
    assert!(all_acknowledged.len() >= KILL_AFTER.iter().sum::<usize>());
}

/// Types words into an entry of one's own, saying each that the server has acknowledged; why that came to an end.
async fn type_until_lost(
    actor: Actor,
    mut socket: Socket,
    meeting: Meeting,
    round: usize,
    acknowledged: UnboundedSender<String>,
) -> Lost {
    match type_words(&actor, &mut socket, meeting.document("main"), round, &acknowledged).await {
        Ok(()) => panic!("typing only ends when the server does"),
        Err(lost) => lost,
    }
}

async fn type_words(
    actor: &Actor,
    socket: &mut Socket,
    document: &str,
    round: usize,
    acknowledged: &UnboundedSender<String>,
) -> Result<(), Lost> {
    let section = "since_last_met";
    let entry = socket.edit(document, |record| add_entry(record, &Entry::fact(actor.id(), ""))).await?;
    for number in 0.. {
        // One in flight behind the other, as when somebody types faster than a disk is written.
        let words = [0, 1, 2].map(|nth| format!(" word-{round}-{}-{number}-{nth}.", &actor.id()[..8]));
        for word in &words {
            socket.edit(document, |record| append(record, section, &entry, word)).await?;
        }
        socket.wait_saved(document).await?;
        for word in words {
            let _ = acknowledged.send(word);
        }
    }
    Ok(())
}

async fn record_as_stored(server: &Accord, meeting: &Meeting) -> String {
    let chair = Actor::sign_in(server, server.demo().role("chair")).await;
    let mut socket = chair.join(meeting).await;
    socket.open(meeting.document("main")).await.unwrap();
    socket.record(meeting.document("main")).to_string()
}
