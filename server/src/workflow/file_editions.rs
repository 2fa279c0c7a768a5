//! Who gets which copy, and what each agency's case records will hold.

use std::collections::BTreeSet;

use minutes::edition::EditionKind;
use minutes::ids::{AgencyId, ChildId, MeetingId, PersonId};
use minutes::record::Role;
use minutes::rules::{FilingRule, PresenceRule, RulePack};

use super::{App, Error};
use crate::store;
use crate::store::agencies::FilingPolicy;
use crate::store::people::Channel;

/// One person, the copy meant for them and the way it takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recipient {
    pub person: PersonId,
    pub name: String,
    pub role: Role,
    /// Profession or relation, then agency.
    pub standing: String,
    pub kind: EditionKind,
    pub route: Route,
    /// Where mail goes; empty for what is handed over.
    pub address: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Route {
    /// The copy itself: the agency's own mail is secure.
    Attached,
    /// A link in a mail that says nothing, and a code by another route.
    LinkAndCode,
    /// Handed over by a worker who explains it.
    ByHand,
}

/// One edition that will stand in one agency's case record of one child.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedFiling {
    pub agency: AgencyId,
    pub agency_name: String,
    pub child: ChildId,
    pub child_name: String,
    /// None: the agency's policy is to hold no copy, or nobody files a record of such a meeting.
    pub kind: Option<EditionKind>,
}

pub async fn plan(app: &App, meeting: MeetingId) -> Result<(Vec<Recipient>, Vec<PlannedFiling>), Error> {
    app.store
        .read(move |conn| {
            let seats = store::meetings::seats(conn, meeting)?;
            let agencies = store::agencies::list(conn)?;
            let children = store::meetings::children(conn, meeting)?;
            let RulePack { presence, filing, .. } =
                store::meetings::rule_pack(conn, meeting)?.ok_or(Error::NotFound)?;
            let mut recipients = Vec::new();
            for seat in &seats {
                let Some(kind) = copy_for(seat, &presence) else { continue };
                let secure = agencies.iter().any(|agency| Some(agency.id) == seat.agency && agency.secure_email);
                let person = store::people::get(conn, seat.person)?.ok_or(Error::Broken("a seat without a person"))?;
                let (route, address) = match (person.delivery, person.email, seat.role.is_family()) {
                    (Channel::ByHand, _, _) | (_, None, _) => (Route::ByHand, String::new()),
                    (Channel::Email, Some(address), false) if secure => (Route::Attached, address),
                    (Channel::Email, Some(address), _) => (Route::LinkAndCode, address),
                };
                recipients.push(Recipient {
                    person: seat.person,
                    name: seat.name.clone(),
                    role: seat.role,
                    standing: standing(seat),
                    kind,
                    route,
                    address,
                });
            }
            let with_copy = seats.iter().filter(|seat| copy_for(seat, &presence).is_some());
            let at_table: BTreeSet<AgencyId> = with_copy.filter_map(|seat| seat.agency).collect();
            let filings = agencies
                .iter()
                .filter(|agency| at_table.contains(&agency.id))
                .flat_map(|agency| {
                    children.iter().map(|child| PlannedFiling {
                        agency: agency.id,
                        agency_name: agency.name.clone(),
                        child: child.id,
                        child_name: child.name.clone(),
                        kind: filed(agency.filing_policy, filing.as_ref()),
                    })
                })
                .collect();
            Ok((recipients, filings))
        })
        .await
}

/// Whoever still sits at the table gets the copy that their role has at such a meeting. Their agencies file one, too.
fn copy_for(seat: &store::meetings::Seat, presence: &PresenceRule) -> Option<EditionKind> {
    if seat.removed_at.is_none() { presence.copy_for(seat.role) } else { None }
}

/// What the agency keeps, and no more than the rule pack lets it.
fn filed(policy: FilingPolicy, rule: Option<&FilingRule>) -> Option<EditionKind> {
    let kept = match policy {
        FilingPolicy::Full => EditionKind::Full,
        FilingPolicy::PlanSummary => EditionKind::PlanSummary,
        FilingPolicy::None => return None,
    };
    rule.map_or(Some(kept), |rule| rule.filed(kept))
}

/// "health visitor, Northmoor NHS Trust", as the copies have it.
pub(super) fn standing(seat: &store::meetings::Seat) -> String {
    let words = [seat.title.as_str(), seat.agency_name.as_deref().unwrap_or_default()];
    words.into_iter().filter(|word| !word.is_empty()).collect::<Vec<_>>().join(", ")
}
