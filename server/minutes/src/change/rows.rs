//! Making rows, whole and in one change, and setting their fields.

use automerge::legacy::OpType;
use automerge::{ObjType, ScalarValue};

use super::Refusal;
use super::operations::Judge;
use crate::access::Deed;
use crate::document::{FieldRule, ScalarRule, Table as Rows};
use crate::ids::RowId;
use crate::record::Nature;

/// A row in the making.
#[derive(Debug, Default)]
pub(super) struct NewRow {
    filled: Vec<&'static str>,
}

impl NewRow {
    /// Every field but the tombstone and the optional ones must be there, so that no reader ever meets half a row.
    pub(super) fn is_whole(&self, rows: Rows) -> Result<(), Refusal> {
        let whole = rows.fields().iter().all(|(name, rule)| {
            matches!(rule, FieldRule::Removed | FieldRule::Optional(_)) || self.filled.contains(name)
        });
        if whole { Ok(()) } else { Err(Refusal::OutsideSchema("a new row must be whole")) }
    }
}

impl Judge<'_> {
    pub(super) fn make_row(&mut self, rows: Rows, key: &str, action: &OpType) -> Result<(), Refusal> {
        let id: RowId = key
            .parse()
            .ok()
            .filter(|id: &RowId| id.to_string() == key)
            .ok_or(Refusal::OutsideSchema("a row is named by a UUID"))?;
        if *action != OpType::Make(ObjType::Map) {
            return Err(Refusal::OutsideSchema("rows are made, never deleted or replaced"));
        }
        if self.index.row(rows, id).is_some() {
            return Err(Refusal::OutsideSchema("there is a row of that name"));
        }
        self.new_rows.insert((rows, id), NewRow::default());
        Ok(())
    }

    /// A field of a row that this same change makes.
    pub(super) fn fill_row(&mut self, rows: Rows, row: RowId, key: &str, action: &OpType) -> Result<(), Refusal> {
        let (name, rule) =
            *rows.fields().iter().find(|(name, _)| *name == key).ok_or(Refusal::OutsideSchema("no such field"))?;
        match (rule, action) {
            (FieldRule::Text, OpType::Make(ObjType::Text)) | (FieldRule::About, OpType::Make(ObjType::Map)) => {}
            (FieldRule::Scalar(rule) | FieldRule::Once(rule) | FieldRule::Optional(rule), OpType::Put(value)) => {
                self.scalar_fits(rule, value)?;
            }
            _ => return Err(Refusal::OutsideSchema("the field has another form")),
        }
        let Some(new) = self.new_rows.get_mut(&(rows, row)) else {
            return Err(Refusal::OutsideSchema("there is no such row"));
        };
        if new.filled.contains(&name) {
            return Err(Refusal::OutsideSchema("a field is filled once"));
        }
        new.filled.push(name);
        Ok(())
    }

    /// A field of a row that was there before.
    pub(super) fn edit_row(&mut self, rows: Rows, row: RowId, key: &str, action: &OpType) -> Result<(), Refusal> {
        match rows.field(key).ok_or(Refusal::OutsideSchema("no such field"))? {
            FieldRule::Scalar(rule) | FieldRule::Optional(rule) => {
                let OpType::Put(value) = action else {
                    return Err(Refusal::OutsideSchema("a field is set, never deleted or replaced"));
                };
                self.scalar_fits(rule, value)?;
                if rule == ScalarRule::Nature {
                    self.nature_stays_own(rows, row, value)?;
                }
                self.may_edit(rows, row)
            }
            FieldRule::Removed => self.remove_row(rows, row, action),
            FieldRule::Text | FieldRule::About => Err(Refusal::OutsideSchema("a text is edited, never replaced")),
            FieldRule::Once(_) => Err(Refusal::OutsideSchema("this is set once and never changes")),
        }
    }

    /// Own words stay own words and nothing else becomes them: it would change who may edit the entry.
    fn nature_stays_own(&self, rows: Rows, row: RowId, value: &ScalarValue) -> Result<(), Refusal> {
        let becomes_own = matches!(value, ScalarValue::Str(text) if text == Nature::View.as_str());
        if self.facts(rows, row)?.own_words == becomes_own {
            Ok(())
        } else {
            Err(Refusal::OutsideSchema("own words stay own words; add a new entry"))
        }
    }

    pub(super) fn set_about(&mut self, rows: Rows, row: RowId, key: &str, action: &OpType) -> Result<(), Refusal> {
        // One child has one key: the index knows a value by whom it names, Automerge by how that is spelled.
        let about_this_meeting = self.table.children.iter().any(|child| child.to_string() == key);
        if !about_this_meeting {
            return Err(Refusal::OutsideSchema("the meeting is not about that child"));
        }
        if !matches!(action, OpType::Put(ScalarValue::Boolean(true)) | OpType::Delete) {
            return Err(Refusal::OutsideSchema("a child is named or taken off"));
        }
        if self.new_rows.contains_key(&(rows, row)) {
            return Ok(());
        }
        let facts = self.facts(rows, row)?;
        if facts.removed {
            return Err(Refusal::OutsideSchema("it has been removed"));
        }
        self.may(if rows == Rows::Actions { Deed::WriteAction } else { Deed::SetAbout(self.whose(&facts)) })
    }

    fn scalar_fits(&self, rule: ScalarRule, value: &ScalarValue) -> Result<(), Refusal> {
        let text = match (rule, value) {
            (ScalarRule::Boolean, ScalarValue::Boolean(_)) => return Ok(()),
            (_, ScalarValue::Str(text)) if rule.accepts(text) => text.as_str(),
            _ => return Err(Refusal::OutsideSchema("the value has another form")),
        };
        let named = match rule {
            ScalarRule::Seated => text.parse().is_ok_and(|person| self.table.seats.contains_key(&person)),
            ScalarRule::SeatedOrNobody => {
                text.is_empty() || text.parse().is_ok_and(|person| self.table.seats.contains_key(&person))
            }
            ScalarRule::Child => text.parse().is_ok_and(|child| self.table.children.contains(&child)),
            ScalarRule::Row => text.parse().is_ok_and(|row| self.index.row(Rows::Decisions, row).is_some()),
            ScalarRule::Agency => text == self.writer.agency.map(|a| a.to_string()).unwrap_or_default(),
            _ => true,
        };
        if named { Ok(()) } else { Err(Refusal::OutsideSchema("it names somebody who is not part of this meeting")) }
    }
}
