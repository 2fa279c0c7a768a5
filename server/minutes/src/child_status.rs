//! Whether a child has a child protection plan, is looked after by the local authority, and whether the case is active.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::ids::ChildId;
use crate::record::Role;
use crate::words;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChildStatus {
    pub child: ChildId,
    /// ISO dates; empty where it is not so.
    pub plan_since: String,
    pub looked_after_since: String,
    pub closed_since: String,
}

impl ChildStatus {
    /// A line each, as the banner and the copies have it.
    pub fn lines(&self) -> Vec<String> {
        let since = |what: &str, date: &str| format!("{what} since {}", words::date(date));
        let plan = match self.plan_since.as_str() {
            "" => "No child protection plan".to_owned(),
            date => since("Child protection plan", date),
        };
        let looked_after = match self.looked_after_since.as_str() {
            "" => "Not looked after by the local authority".to_owned(),
            date => since("Looked after by the local authority", date),
        };
        let case = match self.closed_since.as_str() {
            "" => "Case active".to_owned(),
            date => since("Case closed", date),
        };
        vec![plan, looked_after, case]
    }

    /// Whether each date is one, or empty, and none lies after `today`.
    pub fn is_fit(&self, today: Date) -> bool {
        [&self.plan_since, &self.looked_after_since, &self.closed_since]
            .iter()
            .all(|date| date.is_empty() || date.parse::<Date>().is_ok_and(|date| date <= today))
    }
}

/// It is children's social care who decides these, and who answers for what is said of them.
pub fn may_set(role: Role, agency_kind: Option<&str>) -> bool {
    agency_kind == Some("social_care") && role.writes() && role.is_worker()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use uuid::Uuid;

    use super::*;

    fn status(plan: &str, looked_after: &str, closed: &str) -> ChildStatus {
        ChildStatus {
            child: ChildId(Uuid::nil()),
            plan_since: plan.into(),
            looked_after_since: looked_after.into(),
            closed_since: closed.into(),
        }
    }

    #[test]
    fn both_what_is_so_and_what_is_not_so_is_said() {
        assert_eq!(
            status("2026-05-03", "", "").lines(),
            ["Child protection plan since 3 May 2026", "Not looked after by the local authority", "Case active"]
        );
        assert_eq!(
            status("", "2025-01-31", "2026-11-01").lines(),
            [
                "No child protection plan",
                "Looked after by the local authority since 31 January 2025",
                "Case closed since 1 November 2026"
            ]
        );
    }

    #[test]
    fn dates_are_dates_and_not_of_the_future() {
        let today: Date = "2026-11-25".parse().unwrap();
        assert!(status("2026-11-25", "", "").is_fit(today));
        for wrong in [status("2026-11-26", "", ""), status("", "soon", ""), status("", "", "2026-02-30")] {
            assert!(!wrong.is_fit(today), "{wrong:?}");
        }
    }

    #[test]
    fn only_those_of_social_care_who_work_at_the_table_may_say_it() {
        for &role in Role::ALL {
            let may = matches!(role, Role::Chair | Role::MinuteTaker | Role::Professional);
            assert_eq!(may_set(role, Some("social_care")), may, "{role}");
            assert!(!may_set(role, Some("police")) && !may_set(role, None));
        }
    }
}
