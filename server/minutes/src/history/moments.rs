//! The history told in sittings of writing, to choose an earlier state from.

use std::collections::{BTreeSet, HashMap, HashSet};

use automerge::legacy::OpId;
use unicode_segmentation::UnicodeSegmentation;

use super::authorship::ReadLog;
use super::places::{Deed, Place, Places, Spot};
use super::{Logged, Owners, SITTING, Stamp};
use crate::document::DocumentError;
use crate::ids::{PersonId, RowId};

/// What one person did in one place without a long pause. Others may have written meanwhile, elsewhere or there too.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moment {
    /// The change after which it stood.
    pub n: i64,
    pub by: PersonId,
    pub place: Place,
    /// None for attendance, which is one whole.
    pub row: Option<RowId>,
    /// Whose statement or view the row is; None for what is nobody's own.
    pub speaker: Option<PersonId>,
    /// When the server received its first and its last change.
    pub from: i64,
    pub to: i64,
    /// Words put in that stayed to the end of the sitting; part of a word counts as one.
    pub words_added: usize,
    /// Words taken out that were there before it.
    pub words_removed: usize,
    pub made_row: bool,
    pub removed_row: bool,
    /// The fields set in what was there before, as the document calls them.
    pub set: BTreeSet<&'static str>,
}

/// The sittings of a log in the order they ended. What the server did itself is not among them.
pub fn moments(log: &[Logged<'_>], owners: &Owners) -> Result<Vec<Moment>, DocumentError> {
    let read = ReadLog::read(log, owners)?;
    let mut places = Places::default();
    let mut characters = Characters::default();
    let mut sittings = Sittings::default();
    for (stamp, change) in &read.changes {
        for (counter, op) in (change.start_op().get()..).zip(&change.decode().operations) {
            let id = OpId(counter, change.actor_id().clone());
            let Some((spot, deed)) = places.follow(op, &id) else { continue };
            if let Deed::Typed { text, after } = &deed {
                characters.0.insert(id.clone(), Character { text: (*text).into(), after: (*after).cloned() });
            }
            if let Some(by) = stamp.by {
                sittings.of(by, spot, *stamp).note(&deed, id, stamp.n);
            }
        }
    }
    let mut moments: Vec<Moment> = sittings.all.into_iter().map(|sitting| sitting.told(&characters, &places)).collect();
    // Those that end with the same change stay in the order they began.
    moments.sort_by_key(|moment| moment.n);
    Ok(moments)
}

#[derive(Default)]
struct Sittings {
    all: Vec<Sitting>,
    /// The latest of each person in each place.
    latest: HashMap<(PersonId, Spot), usize>,
}

impl Sittings {
    /// The one that a change belongs to, now going on with it.
    fn of(&mut self, by: PersonId, spot: Spot, stamp: Stamp) -> &mut Sitting {
        let key = (by, spot);
        let going_on = self.latest.get(&key).copied().filter(|index| self.all[*index].goes_on(stamp));
        let index = going_on.unwrap_or_else(|| {
            let (place, row) = key.1.clone();
            self.latest.insert(key, self.all.len());
            self.all.push(Sitting::begun(by, place, row, stamp));
            self.all.len() - 1
        });
        let sitting = &mut self.all[index];
        sitting.moment.n = stamp.n;
        sitting.moment.to = sitting.moment.to.max(stamp.at);
        sitting
    }
}

struct Sitting {
    moment: Moment,
    /// In which change its row was made, if it was.
    made_in: Option<i64>,
    typed: HashSet<OpId>,
    deleted: HashSet<OpId>,
}

impl Sitting {
    fn begun(by: PersonId, place: Place, row: Option<RowId>, stamp: Stamp) -> Self {
        let moment = Moment {
            n: stamp.n,
            by,
            place,
            row,
            speaker: None,
            from: stamp.at,
            to: stamp.at,
            words_added: 0,
            words_removed: 0,
            made_row: false,
            removed_row: false,
            set: BTreeSet::new(),
        };
        Self { moment, made_in: None, typed: HashSet::new(), deleted: HashSet::new() }
    }

    fn goes_on(&self, stamp: Stamp) -> bool {
        stamp.at <= self.moment.to.saturating_add(SITTING)
    }

    fn note(&mut self, deed: &Deed<'_>, id: OpId, n: i64) {
        match deed {
            Deed::MadeRow => {
                self.moment.made_row = true;
                self.made_in = Some(n);
            }
            Deed::RemovedRow => self.moment.removed_row = true,
            // What a row is made with is no news.
            Deed::Set(_) if self.made_in == Some(n) => {}
            Deed::Set(field) => {
                self.moment.set.insert(field);
            }
            Deed::Typed { .. } => {
                self.typed.insert(id);
            }
            Deed::Deleted(character) => {
                self.deleted.insert((*character).clone());
            }
        }
    }

    fn told(self, characters: &Characters, places: &Places) -> Moment {
        let words_added = characters.words(&self.typed, |id| !self.deleted.contains(id));
        let taken: HashSet<OpId> = self.deleted.difference(&self.typed).cloned().collect();
        let words_removed = characters.words(&taken, |_| true);
        let speaker = places.speaker(&(self.moment.place.clone(), self.moment.row));
        Moment { speaker, words_added, words_removed, ..self.moment }
    }
}

/// Every character ever typed, with the one it was put after.
#[derive(Default)]
struct Characters(HashMap<OpId, Character>);

struct Character {
    text: Box<str>,
    after: Option<OpId>,
}

impl Characters {
    /// How many words these characters make: each run of characters put after one another is read as one text.
    fn words(&self, ids: &HashSet<OpId>, counts: impl Fn(&OpId) -> bool) -> usize {
        let mut starts = Vec::new();
        let mut followers: HashMap<&OpId, Vec<&OpId>> = HashMap::new();
        for id in ids {
            match self.0.get(id).and_then(|character| character.after.as_ref()).filter(|after| ids.contains(*after)) {
                Some(after) => followers.entry(after).or_default().push(id),
                None => starts.push(id),
            }
        }
        // Of several put after the same character, the newest stands first.
        for after_one in followers.values_mut() {
            after_one.sort_by_key(|id| (id.0, &id.1));
        }
        let mut words = 0;
        for start in starts {
            let mut text = String::new();
            let mut next = vec![start];
            while let Some(id) = next.pop() {
                if let Some(character) = self.0.get(id).filter(|_| counts(id)) {
                    text.push_str(&character.text);
                }
                next.extend(followers.get(id).into_iter().flatten());
            }
            words += text.unicode_words().count();
        }
        words
    }
}
