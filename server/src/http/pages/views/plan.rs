//! A plan after its lock: what became of each row, and its end.

use askama::Template;

use super::form::Errors;
use super::frame::{Frame, count};

#[derive(Debug, Template)]
#[template(path = "plan.html")]
pub struct PlanPage {
    pub frame: Frame,
    pub heading: &'static str,
    pub title: String,
    pub when: String,
    /// Where the form goes; the page's own address.
    pub action: String,
    pub back: String,
    pub rows: Vec<PlanRowView>,
    pub may_judge: bool,
    /// Why nobody can say anything now; empty.
    pub closed: &'static str,
    pub errors: Errors,
}

/// A row of the plan, and what is said to have become of it.
#[derive(Debug, Clone)]
pub struct PlanRowView {
    pub id: String,
    pub what: String,
    pub outcome: String,
    pub measure: String,
    pub owner: String,
    pub due: String,
    pub about: String,
    /// "Professionals only"; empty for what everybody reads.
    pub readers: &'static str,
    /// As the form has it: a key, or empty.
    pub result: String,
    pub evidence: String,
    /// Who said so, and when; empty until then.
    pub said: String,
}

/// A result to choose from.
struct ResultChoice {
    key: &'static str,
    words: &'static str,
    chosen: bool,
}

impl PlanPage {
    fn results(row: &PlanRowView) -> Vec<ResultChoice> {
        let choice = |result: &minutes::plan::RowResult| ResultChoice {
            key: result.as_str(),
            words: result.words(),
            chosen: row.result == result.as_str(),
        };
        minutes::plan::RowResult::ALL.iter().map(choice).collect()
    }
}

impl PlanRowView {
    fn result_words(&self) -> &'static str {
        minutes::plan::RowResult::parse(&self.result).map_or("Not said yet", minutes::plan::RowResult::words)
    }

    fn tag(&self) -> &'static str {
        match self.result.as_str() {
            "achieved" => "govuk-tag--green",
            "partly" => "govuk-tag--yellow",
            "not_done" => "govuk-tag--red",
            "could_not_be_done" => "govuk-tag--purple",
            _ => "govuk-tag--grey",
        }
    }
}

#[derive(Debug, Template)]
#[template(path = "plan_end.html")]
pub struct PlanEndPage {
    pub frame: Frame,
    pub title: String,
    pub when: String,
    pub action: String,
    pub back: String,
    pub back_words: &'static str,
    pub rows: Vec<PlanRowView>,
    pub ends: Vec<EndLine>,
    pub may: MayEnd,
    /// Why it can't end now; empty.
    pub refusal: String,
    /// Where every row is judged.
    pub judge_href: String,
    pub reason: String,
    pub errors: Errors,
}

/// What the reader may do on the way to a plan's end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MayEnd {
    Nothing,
    Ask,
    /// As a manager: approve, or send back.
    Answer,
    /// As a manager, once it has ended.
    OpenAgain,
}

/// One time it was asked, and what came of it.
#[derive(Debug, Clone)]
pub struct EndLine {
    pub state: &'static str,
    pub tag: &'static str,
    pub asked: String,
    pub reason: String,
    /// Empty until somebody answers.
    pub answered: String,
    pub answer: String,
}

#[derive(Debug, Template)]
#[template(path = "plan_ends.html")]
pub struct PlanEndsPage {
    pub frame: Frame,
    pub ends: Vec<EndRow>,
}

#[derive(Debug, Clone)]
pub struct EndRow {
    pub href: String,
    pub title: String,
    pub when: String,
    pub children: String,
    pub line: EndLine,
}

impl PlanEndsPage {
    fn counted(&self) -> String {
        let waiting = self.ends.iter().filter(|end| end.line.answered.is_empty()).count();
        count(waiting, "plan waits for you", "plans wait for you")
    }
}
