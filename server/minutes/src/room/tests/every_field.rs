//! Every field of every row, tried by somebody who may write nothing: none of them goes past the access table.

use automerge::ScalarValue;

use super::every_cell::{Edit, Outcome, acts, adds, come_back, decides, removes, row_of, types_in, views};
use super::*;
use crate::document::{FieldRule, ScalarRule, Table as Rows};

#[test]
fn no_field_is_open_to_somebody_who_may_write_nothing() {
    let mut fields = 0;
    for rows in [Rows::Entries, Rows::Decisions, Rows::Views, Rows::Actions] {
        for &(field, rule) in rows.fields() {
            let mut meeting = meeting();
            let mut tab = meeting.join(OBSERVER, MAIN);
            come_back(&mut meeting, &mut tab, OBSERVER, Standing::Seated(Role::Chair));
            meeting.exchange(&mut tab);
            for edit in [adds(OBSERVER, Nature::Fact), decides(), views(OBSERVER, OBSERVER), acts()] {
                meeting.try_edit(&mut tab, edit).unwrap();
            }
            come_back(&mut meeting, &mut tab, OBSERVER, Standing::Seated(Role::Observer));
            let (edit, code) = match rule {
                FieldRule::Text => (types_in(rows, field), "not_your_role"),
                FieldRule::Removed => (removes(rows, OBSERVER), "not_your_role"),
                FieldRule::About => (names_a_child(rows, field), "not_your_role"),
                FieldRule::Scalar(rule) | FieldRule::Optional(rule) => (sets(rows, field, rule), "not_your_role"),
                FieldRule::Once(rule) => (sets(rows, field, rule), "outside_schema"),
            };
            tab.edit(edit);
            let change = tab.raw_change();
            let refused = meeting.deliver(tab.peer, MAIN, vec![change]);
            assert_eq!(refused, Outcome::Refused(code), "{rows:?} {field}");
            fields += 1;
        }
    }
    assert!(fields > 20, "only {fields} fields were tried");
}

/// Takes the one child off, or names it where none is named.
fn names_a_child(rows: Rows, field: &'static str) -> Edit {
    Box::new(move |tx| {
        let child = Uuid::from_u128(CHILD).to_string();
        let Some((_, about)) = tx.get(row_of(tx, rows), field)? else { panic!("no {field}") };
        if tx.get(&about, &child)?.is_some() { tx.delete(&about, child) } else { tx.put(&about, child, true) }
    })
}

/// Sets a scalar to something that the schema allows there, and that it is not yet.
fn sets(rows: Rows, field: &'static str, rule: ScalarRule) -> Edit {
    let other = Uuid::from_u128(12345).to_string();
    let value: ScalarValue = match rule {
        ScalarRule::Position => "b".into(),
        ScalarRule::Line { .. } => "heard".into(),
        ScalarRule::Nature => "opinion".into(),
        ScalarRule::ActionStatus => "done".into(),
        ScalarRule::AttendanceStatus => "apologies".into(),
        ScalarRule::Stance => "not_agree".into(),
        ScalarRule::Seated | ScalarRule::SeatedOrNobody => person(CHAIR).to_string().as_str().into(),
        ScalarRule::Agency | ScalarRule::Child | ScalarRule::Row | ScalarRule::OutsideOrNothing => {
            other.as_str().into()
        }
        ScalarRule::DateOrNothing => "2026-12-01".into(),
        ScalarRule::TimeOrNothing => "10:05".into(),
        ScalarRule::ScaleOrNothing => "7".into(),
        ScalarRule::Boolean => true.into(),
    };
    Box::new(move |tx| {
        let row = row_of(tx, rows);
        tx.put(&row, field, value.clone())
    })
}
