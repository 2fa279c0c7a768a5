//! Somebody types: character by character, some forty in a row, then takes fifteen back, a paragraph at a time, now and
//! then going back to mend an earlier one. Three deletions to seven insertions is how the best-known recording of
//! writing went; that recording is not ours to ship.

use automerge::transaction::{CommitOptions, Transactable};
use automerge::{ActorId, Automerge, AutomergeError, ObjId, ReadDoc};
use minutes::document::draft;
use minutes::ids::{PersonId, RowId, SessionId};

use crate::Outcome;
use crate::arrivals::Dice;
use crate::keystroke::Actor;
use crate::record::{SECTION, entry};

/// Somebody writing, on one device.
#[derive(Debug, Clone, Copy)]
pub struct Writer {
    pub person: PersonId,
    pub session: SessionId,
    pub actor: Actor,
}

/// A change that was made.
pub struct Made {
    pub writer: Writer,
    pub bytes: Vec<u8>,
}

/// Words of minutes.
const WORDS: &str = "the a and of to in was is that for with has her his they she he it on at not be said been have this \
    home school mother father child family visit week day morning evening seen told worker nurse police officer teacher \
    agreed meeting plan safe worried concern injury bruise sleep meals lunch homework attended missed appointment clinic \
    weight growth speech health dentist medication alcohol drinking argument shouting neighbour reported call arrived \
    left asked answered explained quiet happy upset angry calm tired clean clothes bedroom kitchen garden bus brother \
    sister grandmother aunt uncle partner contact supervised unsupervised weekend Friday Monday Tuesday yesterday since \
    before after during until because although however nothing something everyone nobody more less better worse same \
    first second third next last two three four five six ten improved continues remains reviewed referred assessed \
    support group session course completed started stopped offered accepted refused signed letter email phone message \
    housing rent benefit money job work shift night heating electricity moved tenancy repair damp court order hearing \
    solicitor guardian views wishes feelings drawing playing reading football friend best trusted adult talk listen";

/// How many letters a paragraph runs to, and how many more at most.
const PARAGRAPH: (usize, usize) = (250, 450);
/// After so many of a hundred words the typist takes some of it back, up to so many letters.
const SLIPS: usize = 18;
const SLIP: usize = 30;
/// In so many of a hundred paragraphs the typist mends an earlier one.
const MENDED: usize = 15;

struct Typist<'a> {
    doc: &'a mut Automerge,
    dice: Dice,
    words: Vec<&'static str>,
    made: Vec<Made>,
    wanted: usize,
    /// Unix time in quarters of a second, which is a keystroke.
    clock: i64,
    writer: Writer,
    /// The text being written in.
    text: Option<ObjId>,
    written: Vec<ObjId>,
}

/// Has these people type in turn until so many changes are made.
pub fn type_record(doc: &mut Automerge, writers: &[Writer], edits: usize, from: i64) -> Outcome<Vec<Made>> {
    let first = *writers.first().ok_or("nobody to type")?;
    let mut typist = Typist {
        doc,
        dice: Dice::new(edits as u64),
        words: WORDS.split_whitespace().collect(),
        made: Vec::with_capacity(edits),
        wanted: edits,
        clock: from * 4,
        writer: first,
        text: None,
        written: Vec::new(),
    };
    while typist.made.len() < edits {
        typist.writer = writers[typist.dice.below(writers.len())];
        typist.doc.set_actor(ActorId::from(typist.writer.actor.as_slice()));
        typist.paragraph()?;
    }
    Ok(typist.made)
}

impl Typist<'_> {
    fn paragraph(&mut self) -> Outcome<()> {
        if self.dice.below(100) < MENDED && !self.written.is_empty() {
            let earlier = self.dice.below(self.written.len());
            self.text = Some(self.written[earlier].clone());
            return self.words_at_random_place(3);
        }
        let row = entry(self.writer.person, "On ");
        let id = row.id;
        self.change(|tx| draft::entry(tx, SECTION, &row))?;
        let text = self.text_of(id)?;
        self.written.push(text.clone());
        self.text = Some(text);
        let letters = PARAGRAPH.0 + self.dice.below(PARAGRAPH.1);
        while self.end()? < letters && self.made.len() < self.wanted {
            let end = self.end()?;
            self.word(end)?;
            if self.dice.below(100) < SLIPS {
                let letters = 1 + self.dice.below(SLIP);
                self.take_back(letters)?;
            }
        }
        Ok(())
    }

    fn words_at_random_place(&mut self, count: usize) -> Outcome<()> {
        let mut at = self.dice.below(self.end()? + 1);
        for _ in 0..count {
            at = self.word(at)?;
        }
        Ok(())
    }

    /// Types a word and a space; where they end.
    fn word(&mut self, at: usize) -> Outcome<usize> {
        // The product leans to the front of the list, where the frequent words are.
        let (one, other) = (self.dice.below(self.words.len()), self.dice.below(self.words.len()));
        let end = self.letters(at, self.words[one * other / self.words.len()])?;
        self.letters(end, " ")
    }

    /// Deletes so many letters from the end, one by one.
    fn take_back(&mut self, letters: usize) -> Outcome<()> {
        for _ in 0..letters.min(self.end()?) {
            let end = self.end()?;
            if end == 0 || self.made.len() >= self.wanted {
                return Ok(());
            }
            self.key(end - 1, 1, "")?;
        }
        Ok(())
    }

    fn letters(&mut self, mut at: usize, letters: &str) -> Outcome<usize> {
        for letter in letters.chars() {
            self.key(at, 0, letter.encode_utf8(&mut [0; 4]))?;
            at += 1;
        }
        Ok(at)
    }

    /// One keystroke, unless there were enough.
    fn key(&mut self, at: usize, delete: isize, insert: &str) -> Outcome<()> {
        let Some(text) = self.text.clone() else { return Ok(()) };
        if self.made.len() < self.wanted {
            self.change(|tx| tx.splice_text(&text, at, delete, insert))?;
        }
        Ok(())
    }

    fn change(
        &mut self,
        write: impl FnOnce(&mut automerge::transaction::Transaction<'_>) -> Result<(), AutomergeError>,
    ) -> Outcome<()> {
        self.clock += 1;
        let mut tx = self.doc.transaction();
        write(&mut tx)?;
        tx.commit_with(CommitOptions::default().with_time(self.clock / 4));
        let change = self.doc.get_last_local_change().ok_or("a keystroke that changes nothing")?;
        self.made.push(Made { writer: self.writer, bytes: change.raw_bytes().to_vec() });
        Ok(())
    }

    fn end(&self) -> Outcome<usize> {
        Ok(self.doc.length(self.text.as_ref().ok_or("no text is being written in")?))
    }

    fn text_of(&self, id: RowId) -> Outcome<ObjId> {
        let path = ["sections", SECTION, "entries", &id.to_string(), "text"].map(str::to_owned);
        let mut object = automerge::ROOT;
        for key in path {
            object = self.doc.get(&object, key.as_str())?.ok_or("an entry is not where it was put")?.1;
        }
        Ok(object)
    }
}

#[cfg(test)]
mod tests {
    use minutes::document::{self, FirstChange};
    use minutes::ids::{DocumentId, MeetingId};
    use minutes::record::{MeetingFacts, Part};
    use minutes::rules::SectionRule;
    use uuid::Uuid;

    use super::*;

    /// A new record with one section.
    fn record() -> Automerge {
        let part = Part::main();
        let meeting = MeetingFacts {
            id: MeetingId(Uuid::nil()),
            kind: String::new(),
            kind_name: String::new(),
            title: String::new(),
            starts_at: String::new(),
            place: String::new(),
            rule_pack: String::new(),
        };
        let section = SectionRule::plain(SECTION, "");
        let first = FirstChange {
            document: DocumentId(Uuid::nil()),
            part: &part,
            meeting: &meeting,
            sections: &[section],
            seats: &[],
        };
        document::open(None, [document::create(&first).unwrap().as_slice()]).unwrap()
    }

    #[test]
    fn as_many_changes_are_made_as_were_asked_for_and_three_in_ten_delete() {
        let mut doc = record();
        let writer = |actor| Writer {
            person: PersonId(Uuid::from_u128(1)),
            session: SessionId(Uuid::nil()),
            actor: [actor; 16],
        };
        let made = type_record(&mut doc, &[writer(1), writer(2)], 3_000, 0).unwrap();
        assert_eq!(made.len(), 3_000);
        let mut again = record();
        let changes = made.iter().map(|made| minutes::change::parse(&made.bytes).unwrap());
        again.apply_changes(changes).unwrap();
        assert_eq!(again.get_heads(), doc.get_heads());
        let changes = doc.get_changes(&[]);
        let operations = changes.iter().flat_map(|change| change.decode().operations);
        let deletes = operations.filter(|op| op.action == automerge::legacy::OpType::Delete).count();
        assert!((750..1_050).contains(&deletes), "{deletes} of 3,000");
    }
}
