//! Fields that a row may be made without: a client that knows nothing of them writes whole rows all the same.

use super::*;

/// A decision with what every decision has, and nothing else.
fn bare_decision(tx: &mut Transaction<'_>) -> Result<(), AutomergeError> {
    let decisions = object(tx, &["decisions"]);
    let made = tx.put_object(&decisions, row(7).to_string(), ObjType::Map)?;
    tx.put(&made, "pos", "a")?;
    tx.put(&made, "child", Uuid::from_u128(CHILD).to_string())?;
    let text = tx.put_object(&made, "text", ObjType::Text)?;
    tx.splice_text(&text, 0, 0, "The plan goes on")?;
    let rationale = tx.put_object(&made, "rationale", ObjType::Text)?;
    tx.splice_text(&rationale, 0, 0, "It works")
}

#[test]
fn a_decision_needs_neither_a_category_nor_a_mark_that_it_was_agreed() {
    let mut meeting = meeting();
    let mut chair = meeting.join(CHAIR, MAIN);
    assert_eq!(meeting.try_edit(&mut chair, bare_decision), Ok(()));
    let read = meeting.read();
    let decision = &read[0].decisions[0];
    assert_eq!((decision.text.as_str(), decision.category.as_str(), decision.agreed), ("The plan goes on", "", false));
}

#[test]
fn what_was_left_out_is_put_later_by_whoever_may_edit_the_row() {
    let later: &[(u128, &str, &str, bool)] = &[
        (CHAIR, "category", "neglect", true),
        (MINUTES, "outcome", "Plan continues", true),
        (MINUTES, "threshold", "likely to suffer significant harm", true),
        (POLICE, "outcome", "Plan ends", false),
        (MOTHER, "threshold", "none", false),
        (CHAIR, "outcome", "two\nlines", false),
        (CHAIR, "verdict", "none", false),
    ];
    for &(who, field, value, may) in later {
        let mut meeting = meeting();
        let mut chair = meeting.join(CHAIR, MAIN);
        meeting.try_edit(&mut chair, bare_decision).unwrap();
        let mut tab = if who == CHAIR { chair } else { meeting.join(who, MAIN) };
        let outcome = meeting.try_edit(&mut tab, |tx| {
            let decision = object(tx, &["decisions", &row(7).to_string()]);
            tx.put(&decision, field, value)
        });
        assert_eq!(outcome.is_ok(), may, "{who} {field}: {outcome:?}");
        if may {
            let decision = meeting.read().remove(0).decisions.remove(0);
            let read =
                [("category", decision.category), ("outcome", decision.outcome), ("threshold", decision.threshold)];
            assert!(read.iter().all(|(name, read)| read == if *name == field { value } else { "" }), "{read:?}");
        }
    }
}

#[test]
fn an_entry_says_how_somebody_was_asked_and_where_they_put_it_from_0_to_10() {
    let values: &[(&str, &str, bool)] = &[
        ("tool", "Three Houses", true),
        ("scale", "0", true),
        ("scale", "10", true),
        ("scale", "", true),
        ("scale", "11", false),
        ("scale", "5.5", false),
        ("scale", "-1", false),
        ("attachment", &Uuid::from_u128(31).to_string(), true),
        ("attachment", "", true),
        ("attachment", "drawing.png", false),
    ];
    for &(field, value, may) in values {
        let mut meeting = meeting();
        let mut police = meeting.join(POLICE, MAIN);
        meeting.try_edit(&mut police, |tx| draft::entry(tx, "worries", &entry(1, POLICE, Nature::Fact))).unwrap();
        let outcome = meeting.try_edit(&mut police, |tx| {
            let entry = object(tx, &["sections", "worries", "entries", &row(1).to_string()]);
            tx.put(&entry, field, value)
        });
        assert_eq!(outcome.is_ok(), may, "{field} {value}: {outcome:?}");
    }
}

#[test]
fn rows_with_every_optional_field_are_read_back_as_they_were_made() {
    let made = Entry {
        tool: "drawing".into(),
        scale: "7".into(),
        attachment: Some(crate::ids::AttachmentId(Uuid::from_u128(31))),
        ..entry(1, POLICE, Nature::Fact)
    };
    let carried = Action { carried_from: Some(row(99)), ..deeds::an_action(8, MOTHER) };
    let decided = Decision { outcome: "Plan ends".into(), threshold: "not met".into(), ..deeds::a_decision(7) };
    let mut meeting = meeting();
    let (mut police, mut chair) = (meeting.join(POLICE, MAIN), meeting.join(CHAIR, MAIN));
    meeting.try_edit(&mut police, |tx| draft::entry(tx, "worries", &made)).unwrap();
    meeting.try_edit(&mut police, |tx| draft::action(tx, &carried)).unwrap();
    meeting.try_edit(&mut chair, |tx| draft::decision(tx, &decided)).unwrap();
    let read = meeting.read().remove(0);
    assert_eq!((&read.sections[0].entries[0], &read.actions[0], &read.decisions[0]), (&made, &carried, &decided));
}
