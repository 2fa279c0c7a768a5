//! What a page says it has is a summary, and one time in a hundred it names a change that the page has not.

use automerge::sync::{BloomFilter, Have};

use super::*;

#[test]
fn who_was_sent_too_little_is_sent_the_rest() {
    let mut meeting = meeting();
    let mut police = meeting.join(POLICE, MAIN);
    let mut mother = meeting.join(MOTHER, MAIN);
    meeting.try_edit(&mut police, |tx| draft::entry(tx, "worries", &entry(1, POLICE, Nature::Fact))).unwrap();
    let (document, taken) = (document_id(MAIN), meeting.room.materials()[0].snapshot().unwrap());
    meeting.room.handle(Event::Compacted { document, snapshot: Arc::new(taken) });

    // She wrote while her connection was broken; her summary holds everything there could be.
    mother.edit(|tx| draft::entry(tx, "worries", &entry(2, MOTHER, Nature::View)));
    meeting.room.handle(Event::Left { peer: mother.peer });
    meeting.room.handle(Event::Joined { peer: mother.peer, writer: writer(MOTHER) });
    mother.state = State::new();
    let mut message = mother.doc.generate_sync_message(&mut mother.state).unwrap();
    let everything = BloomFilter::try_from([1, 10, 7, 0xff, 0xff].as_slice()).unwrap();
    message.have = vec![Have { last_sync: vec![], bloom: everything }];
    let effects = meeting.room.handle(Event::Sync { peer: mother.peer, document, data: message.encode() });
    let repaired = effects.iter().find_map(repaired).unwrap();
    for effect in meeting.room.handle(repaired) {
        let Effect::Send { data, .. } = effect else { panic!("{effect:?}") };
        let told = Message::decode(&data).unwrap();
        assert_eq!(told.changes.len(), 0, "the summary did not hold everything");
        mother.doc.receive_sync_message(&mut mother.state, told).unwrap();
    }
    meeting.exchange(&mut mother);
    assert_eq!((meeting.text(row(1)), meeting.text(row(2))), ("Words".to_owned(), "Words".to_owned()));
    let held = meeting.room.materials()[0].open().unwrap();
    assert_eq!(mother.doc.get_heads(), held.get_heads());
}
