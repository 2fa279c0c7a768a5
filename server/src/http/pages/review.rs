//! The chair's review, and the lock itself.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use minutes::ids::RowId;
use minutes::lifecycle::{APPROVAL, Answers, Finding, MAX_REASON, Weight};
use minutes::words;

use super::form::Form;
use super::views::form::Errors;
use super::views::review::{
    CountLine, FindingLine, LockProblem, PlannedFiling, RecipientLine, ReviewPage, Route, TestPrint, UnprintableLine,
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
    answer::page(&view(&app, &at.0, review, &Answers::default(), Errors::none()))
}

/// Locks, or shows the review again with what stands in the way.
pub async fn lock(app: web::Data<App>, at: Chair, form: Form) -> Result<HttpResponse, Problem> {
    let Chair(at) = at;
    match try_to_lock(&app, &at, &form).await {
        Ok(()) => Ok(answer::see_other(&format!("/meetings/{}", at.meeting.id))),
        Err(NotLocked::Failed(error)) => Err(error.into()),
        Err(NotLocked::Asked(problems)) => again(&app, &at, &form, problems, Vec::new()).await,
        Err(NotLocked::Leaks(found)) => again(&app, &at, &form, Vec::new(), found).await,
    }
}

/// Somebody loads the page again on which a try to lock failed.
pub async fn back(at: Chair) -> HttpResponse {
    answer::see_other(&format!("/meetings/{}/review", at.0.meeting.id))
}

enum NotLocked {
    /// Something on the form; empty when the record itself stands in the way, which the review shows.
    Asked(Vec<LockProblem>),
    /// What the finished copies would give away: the review may not have seen it all.
    Leaks(Vec<Finding>),
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
    lock_record::lock_record(app, at, &answers(form)).await.map_err(|error| match error {
        Error::Incomplete(_) | Error::Unprintable(_) => NotLocked::Asked(Vec::new()),
        Error::Leaks(found) => NotLocked::Leaks(found),
        error => NotLocked::Failed(error),
    })
}

fn answers(form: &Form) -> Answers {
    let reasons = form.fields().filter_map(|(field, reason)| {
        Some((field.strip_prefix(FindingLine::REASON)?.to_owned(), reason.replace("\r\n", "\n")))
    });
    Answers {
        warnings_seen: !form.get("acknowledge").is_empty(),
        reasons: reasons.collect(),
        reason_for_the_rest: String::new(),
    }
}

async fn again(
    app: &App,
    at: &AtMeeting,
    form: &Form,
    problems: Vec<LockProblem>,
    leaks: Vec<Finding>,
) -> Result<HttpResponse, Problem> {
    let mut review = review_record::review_record(app, at).await?;
    for leak in leaks {
        if review.found.iter().all(|finding| finding.key != leak.key) {
            review.found.push(leak);
        }
    }
    let answers = answers(form);
    let mut errors = Errors::none();
    for finding in review.found.iter().filter(|finding| finding.weight == Weight::Blocks) {
        let reason = answers.reasons.get(&finding.key).map_or("", |reason| reason.trim());
        if reason.is_empty() {
            errors
                .add(&FindingLine::field(&finding.key), "Put it right, or write why you lock the record all the same");
        } else if reason.encode_utf16().count() > MAX_REASON {
            errors.add(&FindingLine::field(&finding.key), "Write the reason in at most 1,000 characters");
        }
    }
    if review.found.iter().any(|finding| finding.weight == Weight::Warns) && !answers.warnings_seen {
        LockProblem::WarningsNotSeen.add_to(&mut errors);
    }
    for problem in problems {
        problem.add_to(&mut errors);
    }
    answer::page_with(StatusCode::UNPROCESSABLE_ENTITY, &view(app, at, review, &answers, errors))
}

fn view(app: &App, at: &AtMeeting, review: Review, answers: &Answers, errors: Errors) -> ReviewPage {
    let filings = review.filings.into_iter().map(|filing| PlannedFiling {
        agency: filing.agency_name,
        child: filing.child_name,
        copy: filing
            .kind
            .map_or("No copy, by the rules of the agency or of this kind of meeting", words::edition)
            .to_owned(),
    });
    let meeting = at.meeting.id.to_string();
    let of = |weight| -> Vec<FindingLine> {
        let found = review.found.iter().filter(|finding| finding.weight == weight);
        found.map(|finding| line(&meeting, finding, answers)).collect()
    };
    ReviewPage {
        frame: frames::at_meeting(app, at),
        meeting_id: at.meeting.id.to_string(),
        title: at.meeting.title.clone(),
        when: frames::when(&rfc3339(at.meeting.starts_at)),
        blocks: of(Weight::Blocks),
        warnings: of(Weight::Warns),
        counts: counts(review.counts),
        recipients: review.recipients.into_iter().map(recipient).collect(),
        filings: filings.collect(),
        test_print: test_print(&meeting, review.test_print),
        statement: APPROVAL.to_owned(),
        errors,
    }
}

fn line(meeting: &str, finding: &Finding, answers: &Answers) -> FindingLine {
    FindingLine {
        field: FindingLine::field(&finding.key),
        href: href(meeting, &finding.place, finding.row),
        text: finding.words.clone(),
        reason: answers.reasons.get(&finding.key).cloned().unwrap_or_default(),
    }
}

/// The place on the live page: the sheet, and the row on it.
fn href(meeting: &str, place: &str, row: Option<RowId>) -> String {
    let sheet = match place {
        "actions" => "plan",
        other => other.strip_prefix("section-").unwrap_or(other),
    };
    match row {
        _ if sheet.is_empty() => format!("/meetings/{meeting}"),
        Some(row) => format!("/meetings/{meeting}#sheet-{sheet}/{row}"),
        None => format!("/meetings/{meeting}#sheet-{sheet}"),
    }
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

fn test_print(meeting: &str, found: review_record::TestPrint) -> TestPrint {
    match found {
        review_record::TestPrint::Passed => TestPrint::Passed,
        review_record::TestPrint::NotMade => TestPrint::NotMade,
        review_record::TestPrint::Unprintable { place, words } => {
            TestPrint::Unprintable(vec![UnprintableLine { href: href(meeting, &place, None), text: words }])
        }
    }
}
