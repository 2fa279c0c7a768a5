//! Changes that are well written and harm whoever applies them.

use automerge::legacy::{ElementId, Key as AnyKey, OpId as AnyOpId, OpType};
use automerge::{Change, ScalarValue};

use super::forge::{actor, chunk, forge, id_at, number, op, poison, signed, string};
use super::*;

/// A meeting with one entry, and the change that made it.
fn one_entry() -> (Meeting, Tab, Change) {
    let mut meeting = meeting();
    let mut police = meeting.join(POLICE, MAIN);
    meeting.try_edit(&mut police, |tx| draft::entry(tx, "worries", &entry(1, POLICE, Nature::Fact))).unwrap();
    let base = meeting.last_change();
    (meeting, police, base)
}

fn append(meeting: &mut Meeting, tab: &mut Tab, words: &str) -> Change {
    meeting.try_edit(tab, |tx| draft::append(tx, "worries", row(1), words)).unwrap();
    meeting.last_change()
}

fn pos_of(tx: &Transaction<'_>) -> ObjId {
    object(tx, &["sections", "worries", "entries", &row(1).to_string()])
}

/// The forged change is refused; and would have been poison, or this proves nothing.
#[track_caller]
fn refused_as_poison(meeting: &mut Meeting, forged: &Change) -> Refusal {
    let mut log = meeting.log();
    log.push(forged.clone());
    let nothing = Automerge::new_with_encoding(automerge::TextEncoding::Utf16CodeUnit);
    assert!(poison(&nothing, &log).is_some(), "harmless after all");
    let refusal = meeting.submit(CHAIR, vec![forged.raw_bytes().to_vec()]).unwrap_err();
    log.pop();
    assert_eq!(meeting.log(), log, "it left a trace");
    refusal
}

#[test]
fn nothing_is_typed_after_a_character_that_is_newer() {
    let (mut meeting, mut police, base) = one_entry();
    let typed = append(&mut meeting, &mut police, "0123456789");
    let newest = AnyOpId(typed.max_op(), typed.actor_id().clone());
    let insert = op(&id_at(&base, "text"), AnyKey::Seq(ElementId::Id(newest)), true, string("x"), &[]);
    let forged = forge(actor(7), 1, &[&base], vec![insert]);
    assert!(matches!(refused_as_poison(&mut meeting, &forged), Refusal::OutsideSchema(_)));
}

#[test]
fn the_place_before_the_first_character_is_not_deleted() {
    let (mut meeting, _, base) = one_entry();
    let delete = op(&id_at(&base, "text"), AnyKey::Seq(ElementId::Head), false, OpType::Delete, &[]);
    let forged = forge(actor(7), 1, &[&base], vec![delete]);
    assert!(matches!(refused_as_poison(&mut meeting, &forged), Refusal::OutsideSchema(_)));
}

#[test]
fn no_value_takes_the_place_of_one_that_is_newer() {
    let (mut meeting, mut police, base) = one_entry();
    let set = |tx: &mut Transaction<'_>| {
        let entry = pos_of(tx);
        tx.put(&entry, "pos", "b")?;
        tx.put(&entry, "pos", "c")
    };
    meeting.try_edit(&mut police, set).unwrap();
    let newest = id_at(&meeting.last_change(), "pos");
    let entry = AnyOpId(base.start_op().get(), base.actor_id().clone());
    let forged =
        forge(actor(7), 1, &[&base], vec![op(&entry, AnyKey::Map("pos".into()), false, string("z"), &[&newest])]);
    assert!(matches!(refused_as_poison(&mut meeting, &forged), Refusal::OutsideSchema(_)));
}

#[test]
fn a_child_has_one_spelling() {
    let (mut meeting, _, base) = one_entry();
    let child = Uuid::from_u128(CHILD);
    let named = id_at(&base, &child.to_string());
    let spelled = AnyKey::Map(child.braced().to_string().into());
    let put = op(&id_at(&base, "about"), spelled, false, OpType::Put(ScalarValue::Boolean(true)), &[&named]);
    let forged = forge(actor(7), 1, &[&base], vec![put]);
    assert!(matches!(refused_as_poison(&mut meeting, &forged), Refusal::OutsideSchema(_)));
}

/// Automerge gives an actor's changes their places as it meets them; whoever applies several at once meets first those that
/// build on the fewest.
#[test]
fn an_actor_builds_on_its_own_last_change() {
    for snapshot in [false, true] {
        let (mut meeting, mut police, base) = one_entry();
        let mut tip = base.clone();
        for _ in 0..3 {
            tip = append(&mut meeting, &mut police, "a");
        }
        let text = id_at(&base, "text");
        let insert = |n| (0..n).map(|_| op(&text, AnyKey::Seq(ElementId::Head), true, string("x"), &[])).collect();
        let first = forge(actor(7), 1, &[&tip], insert(1));
        let aside = forge(actor(8), 1, &[&base], insert(10));
        meeting.submit(CHAIR, [&first, &aside].map(|change| change.raw_bytes().to_vec()).into()).unwrap();
        let second = forge(actor(7), 2, &[&aside], insert(1));
        if snapshot {
            let (document, taken) = (document_id(MAIN), meeting.room.materials()[0].snapshot().unwrap());
            meeting.room.handle(Event::Compacted { document, snapshot: Arc::new(taken) });
            assert_eq!(meeting.submit(CHAIR, vec![second.raw_bytes().to_vec()]), Err(Refusal::OutOfSequence));
        } else {
            assert_eq!(refused_as_poison(&mut meeting, &second), Refusal::OutOfSequence);
        }
        // Having heard of its own last change by way of somebody else's is as good as naming it.
        let joined = forge(actor(8), 2, &[&first, &aside], insert(1));
        let honest = forge(actor(7), 2, &[&joined], insert(1));
        meeting.submit(CHAIR, [&joined, &honest].map(|change| change.raw_bytes().to_vec()).into()).unwrap();
    }
}

#[test]
fn nothing_takes_the_place_of_one_value_twice() {
    let (mut meeting, _, base) = one_entry();
    let (entry, pos) = (AnyOpId(base.start_op().get(), base.actor_id().clone()), id_at(&base, "pos"));
    let put = |preds: &[&AnyOpId]| op(&entry, AnyKey::Map("pos".into()), false, string("z"), preds);
    let forged = forge(actor(7), 1, &[&base], vec![put(&[&pos, &pos])]);
    let outcome = meeting.submit(CHAIR, vec![forged.raw_bytes().to_vec()]);
    assert!(matches!(outcome, Err(Refusal::OutsideSchema(_))), "{outcome:?}");
    let honest = forge(actor(7), 1, &[&base], vec![put(&[&pos])]);
    assert_eq!(meeting.submit(CHAIR, vec![honest.raw_bytes().to_vec()]), Ok(()));
}

/// Automerge does not keep a change's bytes but makes them again: what it would write otherwise does not come back.
#[test]
fn a_change_lists_those_it_refers_to_and_nobody_else() {
    let (mut meeting, _, base) = one_entry();
    let text = id_at(&base, "text");
    let insert = || vec![op(&text, AnyKey::Seq(ElementId::Head), true, string("x"), &[])];
    let last = forge(actor(u128::MAX), 1, &[&base], insert());
    meeting.submit(CHAIR, vec![last.raw_bytes().to_vec()]).unwrap();
    let honest = forge(actor(7), 1, &[&last], insert());
    let bytes = honest.raw_bytes();
    let author = base.actor_id().to_bytes();
    let listed = [&[1, 16], author].concat();
    let at = bytes.windows(listed.len()).position(|window| window == listed).unwrap();
    // Ten bytes of header, the last of them the length.
    let padded = [&bytes[10..at], &[2, 16], author, &[16], &[0xff; 16], &bytes[at + listed.len()..]].concat();
    let forged = Change::try_from(chunk(&padded).as_slice()).unwrap();
    assert!(matches!(refused_as_poison(&mut meeting, &forged), Refusal::Malformed(_)));
    assert_eq!(meeting.submit(CHAIR, vec![bytes.to_vec()]), Ok(()));
}

/// A change that sets a field so many times, each time in the place of so many values: a run stands for all of them.
fn unfolding(operations: u64, replaced: u64) -> Vec<u8> {
    let run = |count: u64, value: &[u8]| [signed(count.cast_signed()), value.to_vec()].concat();
    let all = operations.saturating_mul(replaced);
    let columns = [
        (0x15, run(operations, b"\x01k")),          // the field
        (0x34, number(operations)),                 // not inserted
        (0x42, run(operations, &[1])),              // set
        (0x56, run(operations, &[0])),              // to nothing
        (0x70, run(operations, &number(replaced))), // in the place of so many
        (0x71, run(all, &[0])),                     // of its own
        (0x73, run(all, &[1])),                     // one after the other
    ];
    let mut body = vec![0, 1, 9, 1, 1, 0, 0, 0, 7]; // no dependencies; actor, sequence, first operation, time, no message
    body.extend(columns.iter().flat_map(|(kind, bytes)| [*kind, u8::try_from(bytes.len()).unwrap()]));
    body.extend(columns.iter().flat_map(|(_, bytes)| bytes));
    chunk(&body)
}

#[test]
fn a_hundred_bytes_do_not_unfold_to_a_million_operations() {
    let unfolded = |operations, replaced| crate::change::parse(&unfolding(operations, replaced)).map(|c| c.len());
    assert_eq!(unfolded(3, 2), Ok(3));
    assert_eq!(unfolded(20_000, 1), Ok(20_000));
    let more_than_fit = [(20_001, 1), (1, 40_001), (1 << 62, 1), (1, 1 << 62), (1 << 62, 1 << 62), (u64::MAX >> 1, 1)];
    for (operations, replaced) in more_than_fit {
        assert_eq!(unfolded(operations, replaced), Err(Refusal::TooLarge), "{operations} {replaced}");
    }
}

/// Deleting one character again and again takes hardly a byte each time.
#[test]
fn a_message_brings_no_more_operations_than_fit_into_one() {
    let (mut meeting, _, base) = one_entry();
    let typed = AnyOpId(id_at(&base, "text").0 + 1, base.actor_id().clone());
    let delete = op(&id_at(&base, "text"), AnyKey::Seq(ElementId::Id(typed.clone())), false, OpType::Delete, &[&typed]);
    let mut changes = vec![base];
    for seq in 1..=11 {
        let last = changes.last().unwrap();
        changes.push(forge(actor(7), seq, &[last], vec![delete.clone(); 20_000]));
    }
    let bytes: Vec<Vec<u8>> = changes[1..].iter().map(|change| change.raw_bytes().to_vec()).collect();
    assert!(bytes.iter().map(Vec::len).sum::<usize>() < 3000);
    assert_eq!(meeting.submit(CHAIR, bytes.clone()), Err(Refusal::TooLarge));
    assert_eq!(meeting.submit(CHAIR, bytes[..1].to_vec()), Ok(()));
}
