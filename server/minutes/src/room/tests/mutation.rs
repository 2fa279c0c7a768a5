//! Ways to alter a change that was honest.

use std::num::NonZeroU64;

use automerge::legacy::{ElementId, Key as AnyKey, ObjectId, Op, OpId as AnyOpId, OpType};
use automerge::{Change, ExpandedChange, ObjType, ScalarValue};
use proptest::prelude::*;
use proptest::sample::Index as Pick;

#[derive(Debug, Clone)]
pub(super) enum Mutation {
    Object(Pick, Id),
    Element(Pick, Option<Id>),
    Field(Pick, &'static str),
    Overwrites(Pick, Vec<Id>),
    OverwritesToo(Pick, Id),
    Value(Pick, NewValue),
    Inserts(Pick),
    Leaves(Pick),
    Repeats(Pick, Pick),
    Swaps(Pick, Pick),
    Deps(Vec<Pick>),
    OneDep(Pick, Pick),
    Sequence(u64),
    FirstOperation(u64),
    Time(i64),
    Actor(Pick),
    Message,
    Extra(Vec<u8>),
}

/// An operation to name: any that is stored, one of the change's own, one near the change's first.
#[derive(Debug, Clone)]
pub(super) enum Id {
    Stored(Pick),
    Own(u64),
    Near(Pick, i64),
}

#[derive(Debug, Clone)]
pub(super) enum NewValue {
    Text(String),
    Truth(bool),
    Make(ObjType),
    Delete,
    Count,
    Nothing,
    Other(Pick),
}

fn id() -> impl Strategy<Value = Id> {
    prop_oneof![
        4 => any::<Pick>().prop_map(Id::Stored),
        1 => (0..8_u64).prop_map(Id::Own),
        1 => (any::<Pick>(), -3..9_i64).prop_map(|(of, near)| Id::Near(of, near)),
    ]
}

fn value() -> impl Strategy<Value = NewValue> {
    let kinds = prop::sample::select(vec![ObjType::Map, ObjType::Text, ObjType::List, ObjType::Table]);
    prop_oneof![
        prop::sample::select(vec!["", "a", "🙂", "fact", "view", "e\u{301}\u{301}"])
            .prop_map(|t| NewValue::Text(t.into())),
        Just(NewValue::Text("x".repeat(65))),
        any::<bool>().prop_map(NewValue::Truth),
        kinds.prop_map(NewValue::Make),
        Just(NewValue::Delete),
        Just(NewValue::Count),
        Just(NewValue::Nothing),
        any::<Pick>().prop_map(NewValue::Other),
    ]
}

const FIELDS: [&str; 15] = [
    "pos",
    "text",
    "source",
    "nature",
    "by",
    "about",
    "removed",
    "status",
    "tool",
    "scale",
    "carriedFrom",
    "00000000-0000-0000-0000-000000000032",
    "{00000000-0000-0000-0000-000000000032}",
    "00000000-0000-0000-0000-000000000001",
    "",
];

pub(super) fn mutation() -> impl Strategy<Value = Mutation> {
    let pick = any::<Pick>;
    let some = |most| prop::collection::vec(any::<Pick>(), 0..most);
    prop_oneof![
        2 => (pick(), id()).prop_map(|(at, id)| Mutation::Object(at, id)),
        4 => (pick(), prop::option::weighted(0.9, id())).prop_map(|(at, id)| Mutation::Element(at, id)),
        2 => (pick(), prop::sample::select(&FIELDS[..])).prop_map(|(at, field)| Mutation::Field(at, field)),
        2 => (pick(), prop::collection::vec(id(), 0..3)).prop_map(|(at, ids)| Mutation::Overwrites(at, ids)),
        2 => (pick(), id()).prop_map(|(at, id)| Mutation::OverwritesToo(at, id)),
        2 => (pick(), value()).prop_map(|(at, value)| Mutation::Value(at, value)),
        1 => pick().prop_map(Mutation::Inserts),
        2 => pick().prop_map(Mutation::Leaves),
        3 => (pick(), pick()).prop_map(|(one, other)| Mutation::Repeats(one, other)),
        2 => (pick(), pick()).prop_map(|(one, other)| Mutation::Swaps(one, other)),
        2 => some(4).prop_map(Mutation::Deps),
        2 => (pick(), pick()).prop_map(|(one, other)| Mutation::OneDep(one, other)),
        1 => (0..6_u64).prop_map(Mutation::Sequence),
        1 => prop_oneof![0..200_u64, Just(u64::from(u32::MAX)), Just(u64::MAX)].prop_map(Mutation::FirstOperation),
        1 => prop_oneof![any::<i64>(), Just(1 << 42), 0..9_i64].prop_map(Mutation::Time),
        1 => pick().prop_map(Mutation::Actor),
        1 => Just(Mutation::Message),
        1 => prop::collection::vec(any::<u8>(), 0..5).prop_map(Mutation::Extra),
    ]
}

/// Picks one of those there are.
fn one<T>(pick: Pick, all: &[T]) -> Option<&T> {
    (!all.is_empty()).then(|| pick.get(all))
}

impl Id {
    fn of(&self, change: &ExpandedChange, ids: &[AnyOpId]) -> AnyOpId {
        let own = |n| AnyOpId(change.start_op.get().wrapping_add(n), change.actor_id.clone());
        match self {
            Self::Stored(pick) => pick.get(ids).clone(),
            Self::Own(n) => own(*n),
            Self::Near(pick, near) => {
                AnyOpId(change.start_op.get().saturating_add_signed(*near), pick.get(ids).1.clone())
            }
        }
    }
}

impl Mutation {
    /// Alters `change`, naming operations among `ids` and changes of `log`.
    pub(super) fn apply(&self, change: &mut ExpandedChange, ids: &[AnyOpId], log: &[Change]) {
        let named = |id: &Id| id.of(change, ids);
        match self {
            Self::Object(at, id) => {
                let id = named(id);
                at_one(*at, change, |op| op.obj = ObjectId::Id(id));
            }
            Self::Element(at, id) => {
                let element = id.as_ref().map_or(ElementId::Head, |id| ElementId::Id(named(id)));
                at_one(*at, change, |op| {
                    op.key = AnyKey::Seq(element.clone());
                    if op.action == OpType::Delete {
                        op.pred = element.as_opid().cloned().into_iter().collect();
                    }
                });
            }
            Self::Field(at, field) => at_one(*at, change, |op| op.key = AnyKey::Map((*field).into())),
            Self::Overwrites(at, ids) => {
                let ids: Vec<AnyOpId> = ids.iter().map(named).collect();
                at_one(*at, change, |op| op.pred = ids.into());
            }
            Self::OverwritesToo(at, id) => {
                let id = named(id);
                at_one(*at, change, |op| op.pred = op.pred.iter().cloned().chain([id]).collect());
            }
            Self::Value(at, value) => {
                let action = match value {
                    NewValue::Text(text) => OpType::Put(ScalarValue::Str(text.as_str().into())),
                    NewValue::Truth(truth) => OpType::Put(ScalarValue::Boolean(*truth)),
                    NewValue::Make(kind) => OpType::Make(*kind),
                    NewValue::Delete => OpType::Delete,
                    NewValue::Count => OpType::Put(ScalarValue::counter(1)),
                    NewValue::Nothing => OpType::Put(ScalarValue::Null),
                    NewValue::Other(pick) => {
                        one(*pick, &change.operations).map_or(OpType::Delete, |op| op.action.clone())
                    }
                };
                at_one(*at, change, |op| op.action = action);
            }
            Self::Inserts(at) => at_one(*at, change, |op| op.insert = !op.insert),
            Self::Leaves(at) => {
                if !change.operations.is_empty() {
                    change.operations.remove(at.index(change.operations.len()));
                }
            }
            Self::Repeats(from, to) => {
                if let Some(op) = one(*from, &change.operations).cloned() {
                    change.operations.insert(to.index(change.operations.len() + 1), op);
                }
            }
            Self::Swaps(from, to) => {
                if !change.operations.is_empty() {
                    let length = change.operations.len();
                    change.operations.swap(from.index(length), to.index(length));
                }
            }
            Self::Deps(picks) => change.deps = picks.iter().map(|pick| pick.get(log).hash()).collect(),
            Self::OneDep(at, to) => {
                if !change.deps.is_empty() {
                    let at = at.index(change.deps.len());
                    change.deps[at] = to.get(log).hash();
                }
            }
            Self::Sequence(seq) => change.seq = *seq,
            Self::FirstOperation(n) => change.start_op = NonZeroU64::new(*n).unwrap_or(NonZeroU64::MIN),
            Self::Time(time) => change.time = *time,
            Self::Actor(pick) => change.actor_id = pick.get(ids).1.clone(),
            Self::Message => change.message = Some("x".to_owned()),
            Self::Extra(bytes) => change.extra_bytes.clone_from(bytes),
        }
    }
}

fn at_one(pick: Pick, change: &mut ExpandedChange, alter: impl FnOnce(&mut Op)) {
    if !change.operations.is_empty() {
        let at = pick.index(change.operations.len());
        alter(&mut change.operations[at]);
    }
}

/// Makes the change follow on what it builds on, so that it is not refused for that alone: its numbers are put right.
pub(super) fn settle(change: &mut ExpandedChange, log: &[Change]) {
    change.deps.sort_unstable();
    change.deps.dedup();
    let newest = log.iter().filter(|known| change.deps.contains(&known.hash())).map(Change::max_op).max().unwrap_or(0);
    let (old, new) = (change.start_op.get(), newest + 1);
    let author = change.actor_id.clone();
    let shift = |id: &mut AnyOpId| {
        if id.1 == author && id.0 >= old {
            id.0 = id.0 - old + new;
        }
    };
    for op in &mut change.operations {
        if let ObjectId::Id(id) = &mut op.obj {
            shift(id);
        }
        if let AnyKey::Seq(ElementId::Id(id)) = &mut op.key {
            shift(id);
        }
        let pred = op.pred.iter().cloned();
        op.pred = pred.map(|mut id| (shift(&mut id), id).1).collect();
    }
    change.start_op = NonZeroU64::new(new).unwrap_or(NonZeroU64::MIN);
    change.seq = 1 + log.iter().filter(|known| *known.actor_id() == change.actor_id).count() as u64;
    change.message = None;
    change.extra_bytes.clear();
}
