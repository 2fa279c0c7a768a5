//! Who sits at a meeting, in every state that looks different.

use minutes::record::Role;
use minutes::words;

use super::samples::Ink;
use crate::http::pages::views::form::Errors;
use crate::http::pages::views::frame::Frame;
use crate::http::pages::views::people::{PeoplePage, PersonLine, RoleChoice, RolePage, Whose, WithdrawPage};

fn person(ink: Ink, id: &str, name: &str, title: &str, agency: &str, role: Role) -> PersonLine {
    PersonLine {
        id: id.to_owned(),
        name: ink.t(name),
        title: ink.t(title),
        agency: ink.t(agency),
        role: words::role(role).to_owned(),
        own: role == Role::Chair,
        only_chair: role == Role::Chair,
        since: String::new(),
    }
}

pub fn people(ink: Ink, frame: Frame, meeting: &str) -> PeoplePage {
    let gone = person(ink, "4", "Tom Hale", "class teacher", "Hillside Primary School", Role::Professional);
    PeoplePage {
        frame: frame.with_notice(&ink.t("The seat has been taken away.")),
        meeting_id: meeting.to_owned(),
        title: ink.t("Core group 3"),
        when: "23 November 2026, 10:00".to_owned(),
        people: vec![
            person(ink, "1", "Ruth Okafor", "team manager", "Northmoor Children’s Services", Role::Chair),
            person(ink, "2", "Priya Nair", "health visitor", "Northmoor NHS Trust", Role::Professional),
            person(ink, "3", "Kate Thorne", "mother", "", Role::Family),
        ],
        gone: vec![PersonLine { since: "23 November 2026, 10:20".to_owned(), ..gone }],
        manages: true,
    }
}

pub fn role(ink: Ink, frame: Frame, meeting: &str, errors: Errors) -> RolePage {
    let choice = |role: &Role| RoleChoice {
        key: role.as_str(),
        words: words::role(*role),
        means: words::role_means(*role),
        chosen: *role == Role::Professional,
    };
    RolePage {
        frame,
        meeting_id: meeting.to_owned(),
        person: person(ink, "2", "Priya Nair", "health visitor", "Northmoor NHS Trust", Role::Professional),
        roles: [Role::Chair, Role::Professional, Role::Observer].iter().map(choice).collect(),
        errors,
    }
}

pub fn withdrawal(ink: Ink, frame: Frame, meeting: &str, whose: Whose) -> WithdrawPage {
    let person = person(ink, "2", "Priya Nair", "health visitor", "Northmoor NHS Trust", Role::Professional);
    WithdrawPage { frame, meeting_id: meeting.to_owned(), person, whose }
}
