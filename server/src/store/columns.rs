//! How typed values stand in text columns: ids as hyphenated text, enums in their one spelling.

use std::fmt::Display;

use diesel::deserialize::{self, FromSql};
use diesel::expression::AsExpression;
use diesel::sql_types::{Nullable, Text};
use minutes::attachment::Form as AttachmentForm;
use minutes::edition::EditionKind;
use minutes::ids::{
    AgencyId, AgendaItemId, AttachmentId, BlindRoundId, CaseRecordId, ChildId, DeliveryId, DocumentId, EditionId,
    FilingId, LateContributionId, MeetingId, PersonId, PlanEndId, RecordId, ReportId, RequestId, RowId, SeriesId,
    SessionId, SharingId,
};
use minutes::in_the_room::Course;
use minutes::plan::RowResult;
use minutes::preparation::{Answer, Ground as AskedGround, RequestKind, Ruling};
use minutes::record::{Ground, Nature, Part, Position, Role};

use super::connection::{MultiBackend, MultiRawValue};

/// A value on its way into a text column.
#[derive(Debug)]
pub struct Plain(String);

impl<T: Display> From<T> for Plain {
    fn from(value: T) -> Self {
        Self(value.to_string())
    }
}

impl AsExpression<Text> for Plain {
    type Expression = <String as AsExpression<Text>>::Expression;

    fn as_expression(self) -> Self::Expression {
        AsExpression::<Text>::as_expression(self.0)
    }
}

/// A value, or none, on its way into a text column that may be NULL.
#[derive(Debug)]
pub struct PlainOrNull(Option<String>);

impl<T: Display> From<Option<T>> for PlainOrNull {
    fn from(value: Option<T>) -> Self {
        Self(value.map(|value| value.to_string()))
    }
}

impl AsExpression<Nullable<Text>> for PlainOrNull {
    type Expression = <Option<String> as AsExpression<Nullable<Text>>>::Expression;

    fn as_expression(self) -> Self::Expression {
        AsExpression::<Nullable<Text>>::as_expression(self.0)
    }
}

pub(super) fn text(bytes: MultiRawValue<'_>) -> deserialize::Result<String> {
    <String as FromSql<Text, MultiBackend>>::from_sql(bytes)
}

/// Reads a type from a text column with the given function from `&str` to `Option`.
macro_rules! read_from_text {
    ($($type:ty => $parse:expr),+ $(,)?) => {$(
        impl diesel::deserialize::FromSql<diesel::sql_types::Text, $crate::store::connection::MultiBackend> for $type {
            fn from_sql(
                bytes: $crate::store::connection::MultiRawValue<'_>,
            ) -> diesel::deserialize::Result<Self> {
                let text = $crate::store::columns::text(bytes)?;
                ($parse)(text.as_str()).ok_or_else(|| concat!("a column holds no ", stringify!($type)).into())
            }
        }

        impl diesel::deserialize::Queryable<diesel::sql_types::Text, $crate::store::connection::MultiBackend> for $type {
            type Row = Self;

            fn build(row: Self) -> diesel::deserialize::Result<Self> {
                Ok(row)
            }
        }
    )+};
}
pub(super) use read_from_text;

macro_rules! read_ids {
    ($($type:ident),+ $(,)?) => {
        read_from_text! { $($type => |text: &str| text.parse::<$type>().ok()),+ }
    };
}

read_ids! {
    AgencyId, AgendaItemId, AttachmentId, BlindRoundId, CaseRecordId, ChildId, DeliveryId, DocumentId, EditionId,
    FilingId, LateContributionId, MeetingId, PersonId, PlanEndId, RecordId, ReportId, RequestId, RowId, SeriesId,
    SessionId, SharingId,
}

read_from_text! {
    Answer => Answer::parse,
    AskedGround => AskedGround::parse,
    AttachmentForm => AttachmentForm::parse,
    Course => Course::parse,
    EditionKind => EditionKind::parse,
    Ground => Ground::parse,
    Nature => Nature::parse,
    Part => Part::parse,
    Position => Position::parse,
    RequestKind => RequestKind::parse,
    Role => Role::parse,
    RowResult => RowResult::parse,
    Ruling => Ruling::parse,
}

/// An enum of the store's own, with its one spelling.
macro_rules! text_enum {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $text:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum $name {
            $($(#[$vdoc])* $variant),+
        }

        impl $name {
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }

            pub fn parse(text: &str) -> Option<Self> {
                match text { $($text => Some(Self::$variant),)+ _ => None }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        $crate::store::columns::read_from_text! { $name => $name::parse }
    };
}
pub(super) use text_enum;
