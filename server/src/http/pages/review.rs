//! The chair's review, and the lock itself.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use minutes::lifecycle::{APPROVAL, Acknowledged, Missing};
use minutes::words;

use super::form::Form;
use super::views::form::Errors;
use super::views::review::{
    CountLine, LockProblem, MissingLine, PlannedFiling, RecipientLine, ReviewPage, Route, TestPrint, UnprintableLine,
};
use super::{answer, frames};
use crate::clock::rfc3339;
use crate::http::identity::Chair;
use crate::http::problem::Problem;
use crate::workflow::file_editions::{self, Recipient};
use crate::workflow::review_record::{self, Counts, Review};
use crate::workflow::seat::AtMeeting;
use crate::workflow::{App, Error, lock_record, sign_in};

pub async fn show(app: web::Data<App>, at: Chair) -> Result<HttpResponse, Problem> {
    let review = review_record::review_record(&app, &at.0).await?;
    answer::page(&view(&app, &at.0, review, Errors::none()))
}

/// Locks, or shows the review again with what stands in the way.
pub async fn lock(app: web::Data<App>, at: Chair, form: Form) -> Result<HttpResponse, Problem> {
    let Chair(at) = at;
    match try_to_lock(&app, &at, &form).await {
        Ok(()) => Ok(answer::see_other(&format!("/meetings/{}", at.meeting.id))),
        Err(NotLocked::Failed(error)) => Err(error.into()),
        Err(NotLocked::Asked(problems)) => again(&app, &at, &form, problems).await,
    }
}

/// Somebody loads the page again on which a try to lock failed.
pub async fn back(at: Chair) -> HttpResponse {
    answer::see_other(&format!("/meetings/{}/review", at.0.meeting.id))
}

enum NotLocked {
    /// Something on the form; empty when the record itself stands in the way, which the review shows.
    Asked(Vec<LockProblem>),
    Failed(Error),
}

async fn try_to_lock(app: &App, at: &AtMeeting, form: &Form) -> Result<(), NotLocked> {
    let mut problems = Vec::new();
    if form.get("confirm").is_empty() {
        problems.push(LockProblem::NotConfirmed);
    }
    if form.get("password").is_empty() {
        problems.push(LockProblem::PasswordMissing);
    }
    if !problems.is_empty() {
        return Err(NotLocked::Asked(problems));
    }
    sign_in::confirm_password(app, &at.actor, form.get("password").to_owned()).await.map_err(|error| match error {
        Error::BadCredentials => NotLocked::Asked(vec![LockProblem::PasswordNotRight]),
        error => NotLocked::Failed(error),
    })?;
    lock_record::lock_record(app, at, acknowledged(form)).await.map_err(|error| match error {
        Error::Incomplete(_) | Error::Unprintable(_) => NotLocked::Asked(Vec::new()),
        error => NotLocked::Failed(error),
    })
}

fn acknowledged(form: &Form) -> Acknowledged {
    if form.get("acknowledge").is_empty() { Acknowledged::Nothing } else { Acknowledged::WhatIsMissing }
}

async fn again(app: &App, at: &AtMeeting, form: &Form, problems: Vec<LockProblem>) -> Result<HttpResponse, Problem> {
    let review = review_record::review_record(app, at).await?;
    let mut errors = Errors::none();
    if !review.missing.is_empty() && acknowledged(form) == Acknowledged::Nothing {
        LockProblem::MissingNotAcknowledged.add_to(&mut errors);
    }
    for problem in problems {
        problem.add_to(&mut errors);
    }
    answer::page_with(StatusCode::UNPROCESSABLE_ENTITY, &view(app, at, review, errors))
}

fn view(app: &App, at: &AtMeeting, review: Review, errors: Errors) -> ReviewPage {
    let filings = review.filings.into_iter().map(|filing| PlannedFiling {
        agency: filing.agency_name,
        child: filing.child_name,
        copy: filing
            .kind
            .map_or("No copy, by the rules of the agency or of this kind of meeting", words::edition)
            .to_owned(),
    });
    ReviewPage {
        frame: frames::at_meeting(app, at),
        meeting_id: at.meeting.id.to_string(),
        title: at.meeting.title.clone(),
        when: frames::when(&rfc3339(at.meeting.starts_at)),
        missing: review.missing.into_iter().map(missing).collect(),
        counts: counts(review.counts),
        recipients: review.recipients.into_iter().map(recipient).collect(),
        filings: filings.collect(),
        test_print: test_print(review.test_print),
        statement: APPROVAL.to_owned(),
        errors,
    }
}

fn missing(missing: Missing) -> MissingLine {
    MissingLine { section: section(&missing.place), text: missing.words }
}

/// The page's links name the section alone.
fn section(place: &str) -> String {
    place.strip_prefix("section-").unwrap_or(place).to_owned()
}

fn counts(counts: Counts) -> Vec<CountLine> {
    let line = |label: &str, value: String| CountLine { label: label.to_owned(), value };
    vec![
        line("entries", counts.entries.to_string()),
        line("decisions", counts.decisions.to_string()),
        line("actions", counts.actions.to_string()),
        line("present", format!("{} of {}", counts.present, counts.invited)),
    ]
}

fn recipient(recipient: Recipient) -> RecipientLine {
    let address = recipient.address;
    RecipientLine {
        name: recipient.name,
        standing: recipient.standing,
        copy: words::edition(recipient.kind).to_owned(),
        route: match recipient.route {
            file_editions::Route::Attached => Route::Attached { address },
            file_editions::Route::LinkAndCode => Route::LinkAndCode { address },
            file_editions::Route::ByHand => Route::ByHand,
        },
    }
}

fn test_print(found: review_record::TestPrint) -> TestPrint {
    match found {
        review_record::TestPrint::Passed => TestPrint::Passed,
        review_record::TestPrint::NotMade => TestPrint::NotMade,
        review_record::TestPrint::Unprintable { place, words } => {
            TestPrint::Unprintable(vec![UnprintableLine { section: section(&place), text: words }])
        }
    }
}
