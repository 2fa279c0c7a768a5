//! A plan after its record is locked: what became of each row, what comes over to the next meeting, and whether the plan
//! may end (policy rule 13: not without an evaluation of every row and a manager's approval).

use serde::{Deserialize, Serialize};

use crate::ids::{AgencyId, ChildId, MeetingId, PersonId, RowId};
use crate::record::{Action, ActionStatus, Part, Record, Role, spelled};

spelled! {
    /// What became of a row of a plan.
    RowResult {
        Achieved = "achieved",
        Partly = "partly",
        NotDone = "not_done",
        /// Nobody could have done it: the service does not exist, the family moved. Not the same as not doing it.
        CouldNotBeDone = "could_not_be_done",
    }
}

impl RowResult {
    pub const fn words(self) -> &'static str {
        match self {
            Self::Achieved => "Achieved",
            Self::Partly => "Partly achieved",
            Self::NotDone => "Was not done",
            Self::CouldNotBeDone => "Could not be done",
        }
    }
}

/// The longest evidence somebody may give for one row, in characters.
pub const MAX_EVIDENCE: usize = 2000;

/// A row of a locked plan, and who may read it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanRow {
    pub part: Part,
    pub action: Action,
}

/// A row of the plan before, as it was judged at this meeting: part of what is signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReviewedRow {
    /// The meeting whose plan the row stood in.
    pub meeting: MeetingId,
    pub id: RowId,
    /// Where the row stood: who may read that may read this.
    pub part: Part,
    pub outcome: String,
    pub what: String,
    pub about: Vec<ChildId>,
    pub result: RowResult,
    pub evidence: String,
    pub by: PersonId,
    /// RFC 3339, UTC.
    pub at: String,
}

/// The rows of a record's plan that somebody may read, in order.
pub fn rows(record: &Record, reads_restricted: bool) -> Vec<PlanRow> {
    // What was said in a closed session stays with those who were in it, and is nobody's plan.
    let readable = record
        .parts
        .iter()
        .filter(|part| part.part.is_main() || reads_restricted && part.part == Part::professionals());
    let mut rows: Vec<PlanRow> = readable
        .flat_map(|part| part.actions.iter().map(|action| PlanRow { part: part.part.clone(), action: action.clone() }))
        .collect();
    rows.sort_by(|a, b| (&a.action.pos, a.action.id).cmp(&(&b.action.pos, b.action.id)));
    rows
}

/// The rows that a new record's part begins with: what is not done of the same part, under the same ids, about the
/// children the new meeting is about, owned by those who sit at it.
pub fn carried(rows: &[PlanRow], part: &Part, children: &[ChildId], seated: &[PersonId]) -> Vec<Action> {
    let open = rows.iter().filter(|row| row.part == *part && row.action.status != ActionStatus::Done);
    open.filter_map(|PlanRow { action, .. }| {
        let about: Vec<ChildId> = action.about.iter().copied().filter(|child| children.contains(child)).collect();
        // A row about other children alone belongs to another plan now.
        if about.is_empty() && !action.about.is_empty() {
            return None;
        }
        let owner = action.owner.filter(|owner| seated.contains(owner));
        Some(Action { about, owner, carried_from: Some(action.id), ..action.clone() })
    })
    .collect()
}

/// How a plan stands when somebody asks to end it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// The record whose plan it is, is locked.
    pub locked: bool,
    /// No later meeting of the series carries the plan on.
    pub is_last: bool,
    /// Rows that nobody has judged.
    pub not_judged: usize,
    /// Somebody asked already, and no manager has answered.
    pub asked: bool,
    pub closed: bool,
}

/// Why a plan can't end now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EndRefusal {
    #[error("This plan has ended already.")]
    Closed,
    #[error("Somebody has asked already. A manager has yet to answer.")]
    Asked,
    #[error("Lock the record first: the plan that ends is the one that was signed.")]
    NotLocked,
    #[error("A later meeting carries this plan on. Ask there.")]
    NotTheLast,
    #[error("Say what became of every row of the plan first. {0} still to do.")]
    NotJudged(usize),
}

pub const fn may_end(plan: Standing) -> Result<(), EndRefusal> {
    if plan.closed {
        return Err(EndRefusal::Closed);
    }
    if plan.asked {
        return Err(EndRefusal::Asked);
    }
    if !plan.locked {
        return Err(EndRefusal::NotLocked);
    }
    if !plan.is_last {
        return Err(EndRefusal::NotTheLast);
    }
    if plan.not_judged > 0 {
        return Err(EndRefusal::NotJudged(plan.not_judged));
    }
    Ok(())
}

/// Who answers for the child's plan: social care where it is at the table, otherwise the agency of whoever chairs.
pub fn approving_agency<'a>(seats: impl IntoIterator<Item = (Role, Option<AgencyId>, &'a str)>) -> Option<AgencyId> {
    let mut chairs = None;
    for (role, agency, kind) in seats {
        if kind == "social_care" && role.is_worker() && agency.is_some() {
            return agency;
        }
        if role == Role::Chair && chairs.is_none() {
            chairs = agency;
        }
    }
    chairs
}

/// A manager of the agency that answers for the plan, and not whoever asked: nobody approves their own request.
pub fn may_approve(role: Role, own: Option<AgencyId>, approving: AgencyId, is_asker: bool) -> bool {
    role == Role::Manager && own == Some(approving) && !is_asker
}

#[cfg(test)]
mod tests;
