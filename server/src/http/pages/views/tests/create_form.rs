use jiff::civil::DateTime;
use minutes::ids::PersonId;
use minutes::record::Role;

use crate::http::pages::views::create_form::{CreateButton, CreateForm, NewChild, NewMeeting};

const CHAIR: &str = "6f1c0f0e-6a1b-4d54-9a37-0d8f3a5f1c01";
const NURSE: &str = "6f1c0f0e-6a1b-4d54-9a37-0d8f3a5f1c02";
const CHILD: &str = "0b54e8c4-16f0-4b7c-8d5e-5e4f3f0f6a01";

fn complete() -> Vec<(&'static str, &'static str)> {
    vec![
        ("kind", "core_group"),
        ("title", " Core group 3 "),
        ("date-day", "23"),
        ("date-month", "11"),
        ("date-year", "2026"),
        ("time", "2:30pm"),
        ("place", "Room 4"),
        ("child", CHILD),
        ("invite", CHAIR),
        ("invite", NURSE),
        ("role-6f1c0f0e-6a1b-4d54-9a37-0d8f3a5f1c01", "chair"),
        ("role-6f1c0f0e-6a1b-4d54-9a37-0d8f3a5f1c02", "professional"),
        ("role-6f1c0f0e-6a1b-4d54-9a37-0d8f3a5f1c03", "chair"),
    ]
}

fn with(changes: &[(&'static str, &'static str)]) -> Vec<(&'static str, &'static str)> {
    let changed = |name: &str| changes.iter().any(|(other, _)| *other == name);
    complete().into_iter().filter(|(name, _)| !changed(name)).chain(changes.iter().copied()).collect()
}

fn check(fields: Vec<(&str, &str)>) -> Result<NewMeeting, Vec<(String, String)>> {
    let listed = |errors: crate::http::pages::views::form::Errors| {
        errors.list().iter().map(|error| (error.field.clone(), error.message.clone())).collect()
    };
    CreateForm::read(fields).check(&["Maya Thorne".to_owned()]).map_err(listed)
}

fn wrong_fields(fields: Vec<(&str, &str)>) -> Vec<String> {
    check(fields).unwrap_err().into_iter().map(|(field, _)| field).collect()
}

#[test]
fn a_complete_form_says_who_and_when() {
    let meeting = check(complete()).unwrap();
    assert_eq!(meeting.title, "Core group 3");
    assert_eq!(meeting.starts_at, "2026-11-23T14:30:00".parse::<DateTime>().unwrap());
    // The third person has a role but is not ticked, so has no seat and is no second chair.
    let seat = |id: &str, role| (id.parse::<PersonId>().unwrap(), role);
    assert_eq!(meeting.invited, vec![seat(CHAIR, Role::Chair), seat(NURSE, Role::Professional)]);
    assert!(meeting.guests.is_empty() && meeting.new_children.is_empty());
}

#[test]
fn each_thing_left_out_is_said_at_its_own_field() {
    assert_eq!(wrong_fields(vec![("place", "Room 4")]), ["kind", "date-day", "time", "children", "invited"]);
    assert_eq!(check(with(&[("title", " ")])).unwrap().title, "", "the kind's usual title will do");
    assert_eq!(wrong_fields(with(&[("date-day", "31"), ("date-month", "2")])), ["date-day"]);
    assert_eq!(wrong_fields(with(&[("time", "noonish")])), ["time"]);
    assert_eq!(wrong_fields(with(&[("role-6f1c0f0e-6a1b-4d54-9a37-0d8f3a5f1c02", "chair")])), ["invited"]);
}

#[test]
fn a_title_may_not_hold_a_childs_name() {
    assert_eq!(wrong_fields(with(&[("title", "Core group, MAYA T")])), ["title"]);
    assert_eq!(wrong_fields(with(&[("title", "Josh's group"), ("new-child-1-name", "Josh Reed")])), ["title"]);
    assert!(check(with(&[("title", "Mayan art group")])).is_ok());
}

#[test]
fn people_and_children_who_are_not_listed_are_added() {
    let meeting = check(with(&[
        ("new-child-2-name", "Ella Thorne"),
        ("new-child-2-day", "3"),
        ("new-child-2-month", "5"),
        ("new-child-2-year", "2019"),
        ("guest-1-role", "professional"),
        ("guest-2-name", "Jo Reed"),
        ("guest-2-role", "family"),
        ("guest-2-title", "grandmother"),
    ]))
    .unwrap();
    let ella = NewChild { name: "Ella Thorne".to_owned(), date_of_birth: "2019-05-03".to_owned() };
    assert_eq!(meeting.new_children, vec![ella]);
    // A role alone, as the list stands, is nobody.
    assert_eq!(meeting.guests.len(), 1);
    assert_eq!((meeting.guests[0].name.as_str(), meeting.guests[0].role), ("Jo Reed", Role::Family));
}

#[test]
fn half_a_row_is_asked_about() {
    assert_eq!(
        wrong_fields(with(&[("guest-1-email", "jo at home"), ("new-child-1-year", "2019")])),
        ["new-child-1-name", "new-child-1-day", "guest-1-name", "guest-1-role", "guest-1-email"]
    );
}

#[test]
fn more_rows_keep_what_was_typed_and_a_made_up_form_gets_no_more_than_anybody() {
    let form = CreateForm::read([("guest-3-name", "Jo Reed"), ("more-rows", "people"), ("title", "Core group")]);
    assert_eq!(form.button, CreateButton::MoreRows);
    assert_eq!((form.guests.len(), form.guests[2].name.as_str(), form.title.as_str()), (6, "Jo Reed", "Core group"));
    let form = CreateForm::read([("guest-4000000000-name", "x"), ("guest-0-name", "x"), ("new-child-61-name", "x")]);
    assert_eq!((form.guests.len(), form.new_children.len()), (3, 3));
}
