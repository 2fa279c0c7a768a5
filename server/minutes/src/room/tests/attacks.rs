//! Clients that mean harm, or are broken.

use super::*;

/// Each by the chair, who may do nearly everything.
const VANDALISM: &[(&str, Vandalism)] = &[
    ("a new root key", |tx| tx.put(ROOT, "extra", 1)),
    ("the schema number", |tx| tx.put(ROOT, "schema", 2)),
    ("the meeting's facts", |tx| {
        let meeting = object(tx, &["meeting"]);
        tx.put(&meeting, "title", "Another")
    }),
    ("all sections replaced", |tx| tx.put_object(ROOT, "sections", ObjType::Map).map(drop)),
    ("all sections deleted", |tx| tx.delete(ROOT, "sections")),
    ("a heading", |tx| {
        let section = object(tx, &["sections", "worries"]);
        tx.put(&section, "heading", "No worries")
    }),
    ("an entry deleted", |tx| {
        let entries = object(tx, &["sections", "worries", "entries"]);
        tx.delete(&entries, row(1).to_string())
    }),
    ("an entry replaced", |tx| draft::entry(tx, "worries", &entry(1, CHAIR, Nature::Fact))),
    ("an entry's text replaced", |tx| {
        let entry = object(tx, &["sections", "worries", "entries", &row(1).to_string()]);
        tx.put_object(&entry, "text", ObjType::Text).map(drop)
    }),
    ("who said it", |tx| {
        let entry = object(tx, &["sections", "worries", "entries", &row(1).to_string()]);
        tx.put(&entry, "by", person(CHAIR).to_string())
    }),
    ("a fact made own words", |tx| {
        let entry = object(tx, &["sections", "worries", "entries", &row(1).to_string()]);
        tx.put(&entry, "nature", "view")
    }),
    ("a field nobody knows", |tx| {
        let entry = object(tx, &["sections", "worries", "entries", &row(1).to_string()]);
        tx.put(&entry, "secret", "x")
    }),
    ("half a row", |tx| {
        let entries = object(tx, &["sections", "worries", "entries"]);
        let row = tx.put_object(&entries, row(2).to_string(), ObjType::Map)?;
        tx.put(&row, "pos", "a")
    }),
    ("a row with a name of its own", |tx| {
        let entries = object(tx, &["sections", "worries", "entries"]);
        tx.put_object(&entries, "mine", ObjType::Map).map(drop)
    }),
    ("a child from elsewhere", |tx| {
        let about = entry_object(tx, row(1), "about");
        tx.put(&about, Uuid::from_u128(51).to_string(), true)
    }),
    ("an object inside a text", |tx| {
        let text = entry_object(tx, row(1), "text");
        tx.insert_object(&text, 0, ObjType::Map).map(drop)
    }),
    ("a mark over a text", |tx| {
        let text = entry_object(tx, row(1), "text");
        let mark = automerge::marks::Mark::new("bold".to_owned(), true, 0, 2);
        tx.mark(&text, mark, automerge::marks::ExpandMark::None)
    }),
    ("a removal in another's name", |tx| {
        let entry = object(tx, &["sections", "worries", "entries", &row(1).to_string()]);
        let removed = tx.put_object(&entry, "removed", ObjType::Map)?;
        tx.put(&removed, "by", person(POLICE).to_string())?;
        tx.put(&removed, "at", "2026-11-23T10:00:00Z")
    }),
    ("half a removal", |tx| {
        let entry = object(tx, &["sections", "worries", "entries", &row(1).to_string()]);
        tx.put_object(&entry, "removed", ObjType::Map).map(drop)
    }),
    ("a new seat", |tx| {
        let attendance = object(tx, &["attendance"]);
        tx.put_object(&attendance, person(99).to_string(), ObjType::Map).map(drop)
    }),
    ("a time that is none", |tx| {
        let row = object(tx, &["attendance", &person(MOTHER).to_string()]);
        tx.put(&row, "arrivedAt", "25:99")
    }),
    ("a counter", |tx| {
        let entry = object(tx, &["sections", "worries", "entries", &row(1).to_string()]);
        tx.put(&entry, "pos", automerge::ScalarValue::counter(1))
    }),
];

#[test]
fn nothing_outside_the_schema_gets_in() {
    for (what, vandalise) in VANDALISM {
        let mut meeting = meeting();
        let mut police = meeting.join(POLICE, MAIN);
        meeting.try_edit(&mut police, |tx| draft::entry(tx, "worries", &entry(1, POLICE, Nature::Fact))).unwrap();
        let mut chair = meeting.join(CHAIR, MAIN);
        let before = meeting.read();
        let outcome = meeting.try_edit(&mut chair, vandalise);
        assert!(matches!(outcome, Err(Refusal::OutsideSchema(_) | Refusal::NotAllowed(_))), "{what}: {outcome:?}");
        assert_eq!(meeting.read(), before, "{what} left a trace");
    }
}

#[test]
fn an_actor_is_its_sessions_alone_and_counts_without_gaps() {
    let mut meeting = meeting();
    let mut police = meeting.join(POLICE, MAIN);
    meeting.try_edit(&mut police, |tx| draft::entry(tx, "worries", &entry(1, POLICE, Nature::Fact))).unwrap();

    // The victim's actor, next in sequence, brought by somebody else: the attack that wedges stock servers.
    let mut thief = meeting.join(MOTHER, MAIN);
    thief.doc.set_actor(police.doc.get_actor().clone());
    let outcome = meeting.try_edit(&mut thief, |tx| draft::append(tx, "worries", row(1), "!"));
    assert_eq!(outcome, Err(Refusal::NotYourActor));

    // The server's own actor.
    let mut chair = meeting.join(CHAIR, MAIN);
    chair.doc.set_actor(ActorId::from(document_id(MAIN).0.as_bytes().as_slice()));
    let outcome = meeting.try_edit(&mut chair, |tx| draft::append(tx, "worries", row(1), "!"));
    assert_eq!(outcome, Err(Refusal::NotYourActor));

    // A change whose predecessor is withheld.
    let mut minutes = meeting.join(MINUTES, MAIN);
    minutes.edit(|tx| draft::append(tx, "worries", row(1), "1"));
    minutes.edit(|tx| draft::append(tx, "worries", row(1), "2"));
    let orphan = minutes.raw_change();
    let effects = meeting.room.handle(Event::Submit {
        ticket: 1,
        writer: writer(MINUTES),
        document: document_id(MAIN),
        changes: vec![orphan],
    });
    assert!(
        matches!(&effects[..], [Effect::Submitted { outcome: Err(Refusal::UnknownDependency), .. }]),
        "{effects:?}"
    );

    // And the honest one goes on as before.
    meeting.try_edit(&mut police, |tx| draft::append(tx, "worries", row(1), " more")).unwrap();
    assert_eq!(meeting.text(row(1)), "Words more");
}

#[test]
fn all_of_a_message_or_none_of_it() {
    let mut meeting = meeting();
    let mut police = meeting.join(POLICE, MAIN);
    police.edit(|tx| draft::entry(tx, "worries", &entry(1, POLICE, Nature::Fact)));
    let good = police.raw_change();
    for bad in [vec![], vec![0; 40], good[..good.len() - 1].to_vec(), [good.clone(), vec![0]].concat()] {
        let message = Message {
            heads: vec![],
            need: vec![],
            have: vec![],
            changes: ChunkList::from(vec![good.clone(), bad]),
            flags: None,
            version: MessageVersion::V1,
        };
        let peer = meeting.join(POLICE, MAIN).peer;
        let effects = meeting.room.handle(Event::Sync { peer, document: document_id(MAIN), data: message.encode() });
        assert!(
            effects.iter().any(|e| matches!(e, Effect::Refuse { refusal: Refusal::Malformed(_), .. })),
            "{effects:?}"
        );
        assert!(!effects.iter().any(|e| matches!(e, Effect::Store { .. })));
        assert_eq!(meeting.text(row(1)), "");
    }
}

#[test]
fn a_document_chunk_and_a_bomb_are_no_changes() {
    let mut tab = meeting().join(POLICE, MAIN);
    assert_eq!(crate::change::parse(&tab.doc.save()).unwrap_err(), Refusal::Malformed("it is not a single change"));
    // More than a million of the same letter compress to a few kilobytes.
    let long = "a".repeat(1_200_000);
    tab.edit(|tx| draft::entry(tx, "worries", &Entry { text: long, ..entry(1, POLICE, Nature::Fact) }));
    let mut change = tab.doc.get_last_local_change().unwrap();
    let compressed = change.bytes().into_owned();
    assert!(compressed.len() < 200_000, "{} bytes", compressed.len());
    assert_eq!(crate::change::parse(&compressed).unwrap_err(), Refusal::TooLarge);
}

#[test]
fn a_made_up_bloom_filter_is_refused_before_the_library_allocates_for_it() {
    let mut meeting = meeting();
    let tab = meeting.join(POLICE, MAIN);
    // One entry, ten bits, 4,294,967,295 probes, then the two bytes of bits.
    let filter = [1, 10, 0xff, 0xff, 0xff, 0xff, 0x0f, 0, 0];
    let mut data = vec![0x42, 0, 0, 1, 0, u8::try_from(filter.len()).unwrap()];
    data.extend(filter);
    data.push(0);
    let effects = meeting.room.handle(Event::Sync { peer: tab.peer, document: tab.document, data });
    assert!(effects.iter().any(|e| matches!(e, Effect::Refuse { refusal: Refusal::Malformed(_), .. })), "{effects:?}");
}

#[test]
fn what_is_asked_for_a_thousand_times_is_sent_once() {
    let mut meeting = meeting();
    let mut police = meeting.join(POLICE, MAIN);
    meeting.try_edit(&mut police, |tx| draft::entry(tx, "worries", &entry(1, POLICE, Nature::Fact))).unwrap();
    let last = police.doc.get_heads()[0];
    let mut data = vec![0x42, 1];
    data.extend(last.0);
    data.extend([0xe8, 0x07]); // 1000
    data.extend([last.0; 1000].as_flattened());
    data.extend([0, 0]);
    let effects = meeting.room.handle(Event::Sync { peer: police.peer, document: police.document, data });
    let [Effect::Send { data, .. }] = &effects[..] else { panic!("{effects:?}") };
    assert_eq!(Message::decode(data).unwrap().changes.len(), 1);
}
