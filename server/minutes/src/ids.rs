//! One identifier type per kind of thing, so that a child's id can't be passed for a person's.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! id {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Uuid::parse_str(text).map(Self)
            }
        }
    )+};
}

id! {
    /// One of the organisations of the partnership.
    AgencyId,
    /// Somebody who signs in or is named.
    PersonId,
    /// The child (service user) a meeting is about.
    ChildId,
    /// One occurrence of a meeting.
    MeetingId,
    /// One Automerge document: a part of a meeting's record.
    DocumentId,
    /// A sign-in, from password to sign-out or expiry.
    SessionId,
    /// One version of a locked, signed record.
    RecordId,
    /// A copy compiled from a signed record for one kind of reader.
    EditionId,
    /// A child's case record in one agency.
    CaseRecordId,
    /// One edition placed in one case record.
    FilingId,
    /// One thing to deliver to one person.
    DeliveryId,
    /// What somebody wrote that arrived after the lock.
    LateContributionId,
    /// Meetings about the same plan, one after the other.
    SeriesId,
    /// One time that somebody asked to end a plan.
    PlanEndId,
    /// A file put with a part of a record: a drawing, a letter, a report.
    AttachmentId,
    /// Something proposed for a meeting's agenda.
    AgendaItemId,
    /// A request to keep somebody out, or to speak in confidence.
    RequestId,
    /// A report asked for before a meeting.
    ReportId,
    /// One line on whether a report was shared with the family.
    SharingId,
    /// An entry, decision, view or action in a document.
    RowId,
    /// A question that people answer blind to each other.
    BlindRoundId,
}
