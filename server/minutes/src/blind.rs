//! Blind rounds: the chair puts a question about a child, each of those asked answers from 0 to 10 and in their own words
//! without seeing the others', and the chair shows all answers to all at once. Then nothing of them changes any more.

use crate::access::{self, Deed, MeetingState, Whose};
use crate::ids::PersonId;
use crate::record::Role;
use crate::seating::{Place, standing_of};

pub const HIGHEST: u8 = 10;
pub const MAX_QUESTION: usize = 300;
pub const MAX_VIEW: usize = 2000;
/// More rounds than anybody has patience for.
pub const MAX_ROUNDS: usize = 50;

/// Why a round or an answer stays as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BlindRefusal {
    #[error("{0}")]
    NotAllowed(#[from] access::Refusal),
    #[error("There is no such question.")]
    NoSuchRound,
    #[error("Ask one question, in at most 300 characters.")]
    NoQuestion,
    #[error("Choose who is asked: people at the table who read this and may write.")]
    NotToBeAsked,
    #[error("Choose one of the children this meeting is about.")]
    NoSuchChild,
    #[error("This meeting has had as many questions as one meeting may have.")]
    TooMany,
    #[error("You were not asked this question.")]
    NotAsked,
    #[error("Give a whole number from 0 to 10.")]
    NotOnTheScale,
    #[error("Say it in at most 2000 characters.")]
    TooLong,
    #[error("The answers have been shown to everyone. None can be given or changed any more.")]
    Shown,
    #[error("They have answered for themselves. Nobody can change that for them.")]
    AnsweredThemselves,
    #[error("Only the answer of a family member can be taken down for them.")]
    NotForProfessionals,
}

/// May `by` put this question to these? `reads`: who reads the part it is put in.
pub fn ask(
    places: &[Place],
    by: PersonId,
    state: MeetingState,
    reads: &[PersonId],
    asked: &[PersonId],
    question: &str,
) -> Result<(), BlindRefusal> {
    access::judge(standing_of(places, by), Deed::ManageBlindRounds, state)?;
    if question.trim().is_empty() || question.chars().count() > MAX_QUESTION {
        return Err(BlindRefusal::NoQuestion);
    }
    if asked.is_empty() || !asked.iter().all(|person| may_be_asked(places, reads, *person)) {
        return Err(BlindRefusal::NotToBeAsked);
    }
    Ok(())
}

/// Whoever reads the question and may write at the table.
pub fn may_be_asked(places: &[Place], reads: &[PersonId], person: PersonId) -> bool {
    let answers = access::judge(standing_of(places, person), Deed::AnswerBlind(Whose::Own), MeetingState::Open);
    reads.contains(&person) && answers.is_ok()
}

/// Somebody's answer as it lies in the store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Given {
    pub person: PersonId,
    /// None: asked, and not answered yet.
    pub scale: Option<u8>,
    pub view: String,
    /// Who took it down, where that is somebody else.
    pub recorded_by: Option<PersonId>,
}

/// A round as it is: whether all answers were shown to all, and those asked, with what they have said.
#[derive(Debug, Clone, Copy)]
pub struct Round<'a> {
    pub shown: bool,
    pub answers: &'a [Given],
}

/// May `by` give this answer of `person`? Gives who took it down, if that is not the person.
pub fn answer(
    places: &[Place],
    by: PersonId,
    state: MeetingState,
    round: Round<'_>,
    person: PersonId,
    (scale, view): (i64, &str),
) -> Result<(u8, Option<PersonId>), BlindRefusal> {
    let own = by == person;
    let whose = if own { Whose::Own } else { Whose::RecordedForOther };
    access::judge(standing_of(places, by), Deed::AnswerBlind(whose), state)?;
    if round.shown {
        return Err(BlindRefusal::Shown);
    }
    let now = round.answers.iter().find(|given| given.person == person).ok_or(BlindRefusal::NotAsked)?;
    if !own {
        let family = places.iter().any(|place| place.person == person && !place.removed && place.role.is_family());
        if !family {
            return Err(BlindRefusal::NotForProfessionals);
        }
        if now.scale.is_some() && now.recorded_by.is_none() {
            return Err(BlindRefusal::AnsweredThemselves);
        }
    }
    let scale = u8::try_from(scale).ok().filter(|scale| *scale <= HIGHEST).ok_or(BlindRefusal::NotOnTheScale)?;
    if view.chars().count() > MAX_VIEW {
        return Err(BlindRefusal::TooLong);
    }
    Ok((scale, (!own).then_some(by)))
}

/// May `by` show all answers to all?
pub fn show(places: &[Place], by: PersonId, state: MeetingState, shown: bool) -> Result<(), BlindRefusal> {
    access::judge(standing_of(places, by), Deed::ManageBlindRounds, state)?;
    if shown { Err(BlindRefusal::Shown) } else { Ok(()) }
}

/// One line of a round as somebody may see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    pub person: PersonId,
    pub answered: bool,
    /// The answer itself, where they may see it.
    pub answer: Option<Given>,
}

/// What `viewer` sees of a round: before it is shown, who has answered and of the answers one's own, with those one took down;
/// afterwards all of them.
pub fn seen_by(viewer: PersonId, shown: bool, answers: &[Given]) -> Vec<Seen> {
    let one = |given: &Given| {
        let answered = given.scale.is_some();
        let theirs = given.person == viewer || given.recorded_by == Some(viewer);
        Seen { person: given.person, answered, answer: (answered && (shown || theirs)).then(|| given.clone()) }
    };
    answers.iter().map(one).collect()
}

/// May somebody of this role take down a family member's answer? For the page to offer it.
pub fn takes_down(role: Role) -> bool {
    let deed = Deed::AnswerBlind(Whose::RecordedForOther);
    access::judge(access::Standing::Seated(role), deed, MeetingState::Open).is_ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;
    use crate::access::Refusal;

    const OPEN: MeetingState = MeetingState::Open;
    const CHAIR: PersonId = PersonId(Uuid::from_u128(1));
    const TAKER: PersonId = PersonId(Uuid::from_u128(2));
    const POLICE: PersonId = PersonId(Uuid::from_u128(3));
    const MOTHER: PersonId = PersonId(Uuid::from_u128(4));
    const MANAGER: PersonId = PersonId(Uuid::from_u128(5));

    fn table() -> Vec<Place> {
        let place = |person, role| Place { person, role, agency: None, removed: false };
        vec![
            place(CHAIR, Role::Chair),
            place(TAKER, Role::MinuteTaker),
            place(POLICE, Role::Professional),
            place(MOTHER, Role::Family),
            place(MANAGER, Role::Manager),
        ]
    }

    fn given(person: PersonId, scale: Option<u8>, recorded_by: Option<PersonId>) -> Given {
        Given { person, scale, view: "in my words".to_owned(), recorded_by }
    }

    #[test]
    fn who_may_be_asked_what() {
        let reads = [CHAIR, TAKER, POLICE, MOTHER];
        let put = |by, asked: &[PersonId], question: &str| ask(&table(), by, OPEN, &reads, asked, question);
        assert_eq!(put(CHAIR, &[POLICE, MOTHER], "How safe?"), Ok(()));
        assert_eq!(put(CHAIR, &[MANAGER], "How safe?"), Err(BlindRefusal::NotToBeAsked), "a manager writes nothing");
        assert_eq!(put(CHAIR, &[], "How safe?"), Err(BlindRefusal::NotToBeAsked));
        assert_eq!(put(CHAIR, &[POLICE], " "), Err(BlindRefusal::NoQuestion));
        assert_eq!(put(CHAIR, &[POLICE], &"x".repeat(MAX_QUESTION + 1)), Err(BlindRefusal::NoQuestion));
        assert_eq!(put(POLICE, &[POLICE], "How safe?"), Err(Refusal::NotYourRole.into()));
        let in_closed = ask(&table(), CHAIR, OPEN, &[CHAIR, POLICE], &[MOTHER], "How safe?");
        assert_eq!(in_closed, Err(BlindRefusal::NotToBeAsked), "who does not read it is not asked");
    }

    #[test]
    fn answering_case_by_case() {
        use BlindRefusal as No;
        let asked = [given(POLICE, None, None), given(MOTHER, None, None)];
        let taken = [given(POLICE, None, None), given(MOTHER, Some(3), Some(TAKER))];
        let own = [given(POLICE, None, None), given(MOTHER, Some(3), None)];
        type Case<'a> = (&'a str, PersonId, &'a [Given], PersonId, i64, Result<(u8, Option<PersonId>), BlindRefusal>);
        let cases: &[Case<'_>] = &[
            ("one's own", POLICE, &asked, POLICE, 7, Ok((7, None))),
            ("nought", MOTHER, &asked, MOTHER, 0, Ok((0, None))),
            ("ten", MOTHER, &own, MOTHER, 10, Ok((10, None))),
            ("eleven", MOTHER, &asked, MOTHER, 11, Err(No::NotOnTheScale)),
            ("less than nothing", MOTHER, &asked, MOTHER, -1, Err(No::NotOnTheScale)),
            ("the minute taker for the mother", TAKER, &asked, MOTHER, 4, Ok((4, Some(TAKER)))),
            ("again, what was taken down", TAKER, &taken, MOTHER, 5, Ok((5, Some(TAKER)))),
            ("the mother herself, after it was taken down", MOTHER, &taken, MOTHER, 5, Ok((5, None))),
            ("over what the mother said", TAKER, &own, MOTHER, 5, Err(No::AnsweredThemselves)),
            ("for a professional", TAKER, &asked, POLICE, 5, Err(No::NotForProfessionals)),
            ("the chair for the mother", CHAIR, &asked, MOTHER, 5, Err(Refusal::NotYourWords.into())),
            ("somebody not asked", CHAIR, &asked, CHAIR, 5, Err(No::NotAsked)),
            ("a manager", MANAGER, &asked, MANAGER, 5, Err(Refusal::NotYourRole.into())),
        ];
        for (what, by, answers, person, scale, expected) in cases {
            let open = Round { shown: false, answers };
            assert_eq!(answer(&table(), *by, OPEN, open, *person, (*scale, "")), *expected, "{what}");
            let late = answer(&table(), *by, OPEN, Round { shown: true, ..open }, *person, (*scale, ""));
            assert!(late.is_err(), "{what}, after all was shown");
            let locked = answer(&table(), *by, MeetingState::Locked, open, *person, (*scale, ""));
            assert_eq!(locked, Err(Refusal::Locked.into()), "{what}, after the lock");
        }
        let (long, open) = ("x".repeat(MAX_VIEW + 1), Round { shown: false, answers: &asked });
        assert_eq!(answer(&table(), POLICE, OPEN, open, POLICE, (1, &long)), Err(No::TooLong));
    }

    #[test]
    fn the_chair_alone_shows_it_and_once() {
        assert_eq!(show(&table(), CHAIR, OPEN, false), Ok(()));
        assert_eq!(show(&table(), CHAIR, OPEN, true), Err(BlindRefusal::Shown));
        assert_eq!(show(&table(), TAKER, OPEN, false), Err(Refusal::NotYourRole.into()));
        assert!(takes_down(Role::MinuteTaker) && !takes_down(Role::Chair));
    }

    proptest! {
        /// Before it is shown, nobody sees an answer that is neither theirs nor taken down by them; that somebody has
        /// answered, everybody sees.
        #[test]
        fn nobody_sees_anothers_answer_before_all_do(
            scales in prop::collection::vec(prop::option::of(0..=10_u8), 1..6),
            recorder in prop::option::of(0..6_usize),
            viewer in 0..7_usize,
        ) {
            let person = |n: usize| PersonId(Uuid::from_u128(n as u128 + 1));
            let answers: Vec<Given> = scales
                .iter()
                .enumerate()
                .map(|(n, scale)| given(person(n), *scale, recorder.map(person).filter(|one| *one != person(n))))
                .collect();
            for seen in seen_by(person(viewer), false, &answers) {
                let theirs = answers.iter().find(|given| given.person == seen.person);
                prop_assert_eq!(seen.answered, theirs.is_some_and(|given| given.scale.is_some()));
                if let Some(answer) = seen.answer {
                    prop_assert!(answer.person == person(viewer) || answer.recorded_by == Some(person(viewer)));
                }
            }
            let all = seen_by(person(viewer), true, &answers);
            prop_assert!(all.iter().all(|seen| seen.answer.is_some() == seen.answered));
        }
    }
}
