//! What is wrong with a rule pack, each fault with its place and what to do about it. A pack that passes can be worked with
//! whatever kind of meeting it is for.

use std::collections::BTreeMap;
use std::fmt;

use jiff::civil::Date;

use super::{
    ClockRule, ClockStart, DecisionRule, Due, FamilyEditions, FamilyPresence, QuorumRule, RetentionRule, RulePack,
    SectionHolds, SectionRule, Subject, WordRule,
};

/// Where a pack can hold.
pub const NATIONS: &[&str] = &["england", "wales", "scotland", "northern_ireland"];

/// What an agency can be: a quorum is counted in these.
pub const AGENCY_KINDS: &[&str] = &[
    "adult_social_care",
    "domestic_abuse",
    "drug_and_alcohol",
    "early_years",
    "education",
    "fire",
    "health",
    "housing",
    "legal",
    "mental_health",
    "other",
    "police",
    "prison",
    "probation",
    "school",
    "social_care",
    "voluntary",
    "youth_justice",
];

/// One step on the way to a place in a pack: a key, or a row of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Step {
    Key(&'static str),
    /// Counted from 0.
    Row(usize),
}

impl From<&'static str> for Step {
    fn from(key: &'static str) -> Self {
        Self::Key(key)
    }
}

impl From<usize> for Step {
    fn from(row: usize) -> Self {
        Self::Row(row)
    }
}

/// One thing wrong with a pack.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Fault {
    /// `sections`, 2, `key`; empty for the pack as a whole.
    pub place: Vec<Step>,
    /// What is wrong, and what to do.
    pub words: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, step) in self.place.iter().enumerate() {
            match step {
                Step::Key(key) if index == 0 => f.write_str(key)?,
                Step::Key(key) => write!(f, ".{key}")?,
                Step::Row(row) => write!(f, "[{row}]")?,
            }
        }
        write!(f, "{}{}", if self.place.is_empty() { "" } else { ": " }, self.words)
    }
}

/// A place, as its steps.
macro_rules! place {
    ($($step:expr),* $(,)?) => { [$(Step::from($step)),*] };
}

#[derive(Default)]
struct Faults(Vec<Fault>);

impl Faults {
    fn add(&mut self, place: &[Step], words: impl Into<String>) {
        self.0.push(Fault { place: place.to_vec(), words: words.into() });
    }

    /// Something a page prints in one line.
    fn line(&mut self, place: &[Step], text: &str, what: &str) {
        if text.trim().is_empty() {
            self.add(place, format!("Say {what}: it is empty."));
        } else if text.chars().any(char::is_control) || text.chars().count() > 400 {
            self.add(place, "Keep it to one line of at most 400 characters.");
        }
    }

    fn source(&mut self, place: &[Step], source: &str) {
        let what = "where the rule comes from (an act, guidance with its chapter, or “local procedure” and whose)";
        self.line(place, source, what);
    }

    /// A name that programs use.
    fn key(&mut self, place: &[Step], key: &str) {
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        if !key.starts_with(|c: char| c.is_ascii_lowercase()) || !key.chars().all(plain) || key.len() > 60 {
            let words =
                "Use small letters, digits and underscores, a letter first, at most 60, such as `childrens_views`.";
            self.add(place, format!("“{key}” is no key. {words}"));
        }
    }

    /// Short texts of which none is empty and none is there twice.
    fn choices(&mut self, list: &'static str, choices: &[String]) {
        for (row, choice) in choices.iter().enumerate() {
            self.line(&place!["decision", list, row], choice, "what can be chosen");
            if choices.iter().take(row).any(|before| before == choice) {
                self.add(&place!["decision", list, row], format!("“{choice}” is there twice. Leave one out."));
            }
        }
    }
}

/// Everything wrong with one pack.
pub fn check(pack: &RulePack) -> Vec<Fault> {
    let mut faults = Faults::default();
    head(pack, &mut faults);
    presence(pack, &mut faults);
    if let Some(chair) = &pack.chair {
        faults.line(&place!["chair", "who"], &chair.who, "who chairs");
        faults.source(&place!["chair", "source"], &chair.source);
    }
    if let Some(rule) = &pack.quorum {
        quorum(rule, &mut faults);
    }
    if let Some(rule) = &pack.filing {
        faults.source(&place!["filing", "source"], &rule.source);
    }
    if let Some(rule) = &pack.decision {
        decision(rule, &mut faults);
    }
    sections(pack, &mut faults);
    clocks(&pack.clocks, &mut faults);
    retention(&pack.retention, &mut faults);
    words(&pack.words, &mut faults);
    faults.0
}

fn head(pack: &RulePack, faults: &mut Faults) {
    faults.key(&place!["kind"], &pack.kind);
    faults.line(&place!["name"], &pack.name, "what meetings of this kind are called");
    faults.line(&place!["citation"], &pack.citation, "where the pack as a whole comes from");
    faults.line(&place!["default_title"], &pack.default_title, "what a new meeting is called");
    if !NATIONS.contains(&pack.nation.as_str()) {
        faults.add(
            &place!["nation"],
            format!("“{}” is no nation here. Use one of: {}.", pack.nation, NATIONS.join(", ")),
        );
    }
    if pack.version == 0 {
        faults.add(&place!["version"], "Count versions from 1.");
    }
    let from = pack.in_force_from.parse::<Date>();
    if from.is_err() {
        faults.add(&place!["in_force_from"], not_a_date(&pack.in_force_from));
    }
    if let Some(until) = &pack.in_force_until {
        match (until.parse::<Date>(), from) {
            (Err(_), _) => faults.add(&place!["in_force_until"], not_a_date(until)),
            (Ok(until), Ok(from)) if until < from => {
                let words = format!("It ends on {until}, before it begins on {from}. Put one of them right.");
                faults.add(&place!["in_force_until"], words);
            }
            (Ok(_), _) => {}
        }
    }
}

fn not_a_date(text: &str) -> String {
    format!("“{text}” is no date. Write year, month and day, such as \"2026-04-01\".")
}

fn presence(pack: &RulePack, faults: &mut Faults) {
    let rule = &pack.presence;
    faults.source(&place!["presence", "source"], &rule.source);
    match (rule.family, rule.family_editions) {
        (FamilyPresence::Never, FamilyEditions::Record | FamilyEditions::PlanSummary) => {
            let words = "The family has no seat at this meeting, so no copy is made for them. Use \"none\".";
            faults.add(&place!["presence", "family_editions"], words);
        }
        (FamilyPresence::Expected, FamilyEditions::None) => {
            let words = "Whoever sits at the table gets a copy of what was agreed. Use \"record\" or \"plan_summary\".";
            faults.add(&place!["presence", "family_editions"], words);
        }
        _ => {}
    }
}

fn quorum(rule: &QuorumRule, faults: &mut Faults) {
    faults.source(&place!["quorum", "source"], &rule.source);
    for (row, kind) in rule.agencies.iter().enumerate() {
        if !AGENCY_KINDS.contains(&kind.as_str()) {
            let words = format!("“{kind}” is no kind of agency. Use one of: {}.", AGENCY_KINDS.join(", "));
            faults.add(&place!["quorum", "agencies", row], words);
        }
        if rule.agencies.iter().take(row).any(|before| before == kind) {
            faults.add(&place!["quorum", "agencies", row], format!("“{kind}” is there twice. Leave one out."));
        }
    }
    let needed = rule.agencies.len() + usize::try_from(rule.others_at_least).unwrap_or(usize::MAX - AGENCY_KINDS.len());
    if needed == 0 {
        faults.add(&place!["quorum"], "It asks for nobody. Say which agencies must be there, or leave [quorum] out.");
    }
    if needed > AGENCY_KINDS.len() {
        let words = format!("It can't be met: there are {} kinds of agency. Ask for fewer.", AGENCY_KINDS.len());
        faults.add(&place!["quorum", "others_at_least"], words);
    }
    if rule.reset_working_days.is_some_and(|days| !(1..=60).contains(&days)) {
        faults.add(&place!["quorum", "reset_working_days"], "Use 1 to 60 working days, or leave it out.");
    }
}

fn decision(rule: &DecisionRule, faults: &mut Faults) {
    faults.line(&place!["decision", "question"], &rule.question, "the question put to the meeting");
    faults.source(&place!["decision", "source"], &rule.source);
    if !rule.question.trim().is_empty() && !rule.question.trim_end().ends_with('?') {
        faults.add(&place!["decision", "question"], "Write it as a question, with a question mark.");
    }
    if rule.outcomes.len() == 1 {
        let words = "One outcome is no choice. Give two or more, or none: the meeting then uses words of its own.";
        faults.add(&place!["decision", "outcomes"], words);
    }
    faults.choices("outcomes", &rule.outcomes);
    faults.choices("categories", &rule.categories);
}

fn sections(pack: &RulePack, faults: &mut Faults) {
    if pack.sections.is_empty() {
        faults.add(&[], "There are no sections. Add at least one [[sections]] for what is said.");
    }
    for (row, section) in pack.sections.iter().enumerate() {
        let before = pack.sections.get(..row).unwrap_or_default();
        faults.key(&place!["sections", row, "key"], &section.key);
        faults.line(&place!["sections", row, "heading"], &section.heading, "what stands above the section");
        faults.line(&place!["sections", row, "hint"], &section.hint, "in a sentence what belongs in the section");
        faults.source(&place!["sections", row, "source"], &section.source);
        if let Some(first) = before.iter().position(|other| other.key == section.key) {
            let words = format!("Section {} has the key “{}” too. Give each its own.", first + 1, section.key);
            faults.add(&place!["sections", row, "key"], words);
        }
        if before.iter().any(|other| other.heading == section.heading) {
            let words = format!("Another section is headed “{}”. Nobody could tell them apart.", section.heading);
            faults.add(&place!["sections", row, "heading"], words);
        }
        if only_once(section.holds) && before.iter().any(|other| other.holds == section.holds) {
            let words = format!("A second section holds \"{}\". A record has one.", section.holds);
            faults.add(&place!["sections", row, "holds"], words);
        }
    }
    if pack.subject == Subject::Child {
        childs_voice(&pack.sections, faults);
    }
}

const fn only_once(holds: SectionHolds) -> bool {
    use SectionHolds::{ChildsVoice, CoreGroup, CrossReferences, Equality, NextMeeting, ParentsWords};
    matches!(holds, ChildsVoice | ParentsWords | Equality | CrossReferences | CoreGroup | NextMeeting)
}

fn childs_voice(sections: &[SectionRule], faults: &mut Faults) {
    let Some(row) = sections.iter().position(|section| section.holds == SectionHolds::ChildsVoice) else {
        let words = "The child's own voice is missing. Add a first section with holds = \"childs_voice\" and \
                     mandatory = true, or say subject = \"adult\" if the meeting is not about a child.";
        faults.add(&[], words);
        return;
    };
    if row != 0 {
        faults
            .add(&place!["sections", row, "holds"], "The child's own voice comes first. Move this section to the top.");
    }
    if !sections.get(row).is_some_and(|section| section.mandatory) {
        let words = "The child's own voice can't be left out. Say mandatory = true.";
        faults.add(&place!["sections", row, "mandatory"], words);
    }
}

fn clocks(clocks: &[ClockRule], faults: &mut Faults) {
    if !clocks.iter().any(|clock| clock.due == Due::Record) {
        let words = "Nothing says by when the record is due. Add [[clocks]] with due = \"record\"; three working days is the \
                     recording policy's rule.";
        faults.add(&[], words);
    }
    for (row, clock) in clocks.iter().enumerate() {
        faults.line(&place!["clocks", row, "what"], &clock.what, "what must have happened by then");
        faults.source(&place!["clocks", row, "source"], &clock.source);
        if !(1..=1000).contains(&clock.within) {
            faults.add(&place!["clocks", row, "within"], "Use 1 to 1000.");
        }
        let backwards = matches!(clock.due, Due::ReportToFamily | Due::ExclusionRequest);
        if backwards && !clock.before {
            let words = format!("\"{}\" is due before the meeting. Say before = true.", clock.due);
            faults.add(&place!["clocks", row, "before"], words);
        }
        if clock.before && clock.from != ClockStart::Meeting {
            faults.add(
                &place!["clocks", row, "from"],
                "Only the meeting can be counted back from. Say from = \"meeting\".",
            );
        }
        if clock.before && !backwards && clock.due != Due::Other {
            let words = format!("\"{}\" comes after the meeting. Leave `before` out.", clock.due);
            faults.add(&place!["clocks", row, "before"], words);
        }
        if clock.due == Due::Meeting && clock.from == ClockStart::Meeting {
            let words = "A meeting can't be due from its own day. Count from what led to it.";
            faults.add(&place!["clocks", row, "from"], words);
        }
        let same = |other: &ClockRule| other.due == clock.due && clock.due != Due::Other;
        if clocks.iter().take(row).any(same) {
            let words = format!("Another clock is for \"{}\". Nobody could say which holds: leave one out.", clock.due);
            faults.add(&place!["clocks", row, "due"], words);
        }
    }
}

fn retention(rules: &[RetentionRule], faults: &mut Faults) {
    if !rules.iter().any(|rule| rule.of == "record") {
        faults.add(&[], "Nothing says how long the record is kept. Add [[retention]] with of = \"record\".");
    }
    for (row, rule) in rules.iter().enumerate() {
        faults.source(&place!["retention", row, "source"], &rule.source);
        if !["record", "working_history"].contains(&rule.of.as_str()) {
            let words = format!("“{}” is nothing that is kept. Use \"record\" or \"working_history\".", rule.of);
            faults.add(&place!["retention", row, "of"], words);
        }
        if !["birth", "last_contact", "locked"].contains(&rule.from.as_str()) {
            let words =
                format!("Nothing is counted from “{}”. Use \"birth\", \"last_contact\" or \"locked\".", rule.from);
            faults.add(&place!["retention", row, "from"], words);
        }
        if !(1..=150).contains(&rule.years) {
            faults.add(&place!["retention", row, "years"], "Use 1 to 150 years.");
        }
        if rules.iter().take(row).any(|before| before.of == rule.of && before.when == rule.when) {
            let words = format!("“{}” is kept for two different times. Say in `when` on what it depends.", rule.of);
            faults.add(&place!["retention", row, "of"], words);
        }
    }
}

fn words(rules: &[WordRule], faults: &mut Faults) {
    for (row, rule) in rules.iter().enumerate() {
        faults.line(&place!["words", row, "instead_of"], &rule.instead_of, "what somebody may write");
        faults.line(&place!["words", row, "say"], &rule.say, "what to write");
        faults.source(&place!["words", row, "source"], &rule.source);
        let word = rule.instead_of.to_lowercase();
        if word == rule.say.to_lowercase() {
            faults.add(&place!["words", row, "say"], "It is the same word. Say what to write in its place.");
        }
        if rules.iter().take(row).any(|before| before.instead_of.to_lowercase() == word) {
            let words = format!("“{}” is there twice. Leave one out.", rule.instead_of);
            faults.add(&place!["words", row, "instead_of"], words);
        }
    }
}

/// What is wrong with several packs together, by the index of the one to change: two in force on one day, or two that the
/// record could not tell apart. `shipped` are those they come on top of.
pub fn check_beside(packs: &[RulePack], shipped: &[RulePack]) -> Vec<(usize, Fault)> {
    let mut found = Vec::new();
    let mut seen: BTreeMap<(&str, &str), Vec<&RulePack>> = BTreeMap::new();
    for (index, pack) in packs.iter().enumerate() {
        let mut faults = Faults::default();
        let earlier = seen.entry((&pack.kind, &pack.nation)).or_default();
        for other in earlier.iter() {
            if other.version == pack.version {
                let words = format!("Version {} of {} is there already. Count it up.", pack.version, pack.kind);
                faults.add(&place!["version"], words);
            }
            if let Some(day) = both_in_force(pack, other) {
                let words = format!(
                    "Versions {} and {} of {} are both in force on {day}. Let the earlier one end with in_force_until, \
                     the day before the later one begins.",
                    other.version, pack.version, pack.kind
                );
                faults.add(&place!["in_force_from"], words);
            }
        }
        let is_shipped = |other: &RulePack| (&other.kind, other.version) == (&pack.kind, pack.version);
        if shipped.iter().any(is_shipped) {
            let words = format!(
                "Version {} of {} comes with Accord. Give yours another number, such as {}: records name the version.",
                pack.version,
                pack.kind,
                pack.version.saturating_add(100)
            );
            faults.add(&place!["version"], words);
        }
        earlier.push(pack);
        found.extend(faults.0.into_iter().map(|fault| (index, fault)));
    }
    found
}

/// The first day on which both hold.
fn both_in_force(one: &RulePack, other: &RulePack) -> Option<Date> {
    let begin = |pack: &RulePack| pack.in_force_from.parse::<Date>().ok();
    let end = |pack: &RulePack| pack.in_force_until.as_ref().map_or(Some(Date::MAX), |until| until.parse().ok());
    let first = begin(one)?.max(begin(other)?);
    (first <= end(one)?.min(end(other)?)).then_some(first)
}

#[cfg(test)]
mod tests;
