//! Rule packs from their files: those shipped inside the program and the partnership's own, each fault with its line.

use std::fmt;
use std::ops::Range;
use std::path::{Path, PathBuf};

use minutes::rules::{self, Fault, NATIONS, RulePack, Rules, Step};
use serde::Deserialize;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::config;

/// What the program ships with, in the order of a child's way through them.
const SHIPPED: &[(&str, &str)] = &[
    ("strategy_discussion.toml", include_str!("../../config/rules/strategy_discussion.toml")),
    ("initial_conference.toml", include_str!("../../config/rules/initial_conference.toml")),
    ("review_conference.toml", include_str!("../../config/rules/review_conference.toml")),
    ("core_group.toml", include_str!("../../config/rules/core_group.toml")),
    ("child_in_need.toml", include_str!("../../config/rules/child_in_need.toml")),
    ("looked_after_review.toml", include_str!("../../config/rules/looked_after_review.toml")),
    ("marac.toml", include_str!("../../config/rules/marac.toml")),
    ("mappa.toml", include_str!("../../config/rules/mappa.toml")),
    ("family_group_conference.toml", include_str!("../../config/rules/family_group_conference.toml")),
    ("ehc_review.toml", include_str!("../../config/rules/ehc_review.toml")),
    ("rapid_review.toml", include_str!("../../config/rules/rapid_review.toml")),
];

/// More wrong keys and choices than this in one file, and it is no rule pack.
const MOST_UNKNOWN: usize = 50;

/// A fault in a file, as `accord rules check` prints it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct FileFault {
    pub file: String,
    /// Counted from 1.
    pub line: usize,
    pub words: String,
}

impl fmt::Display for FileFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.file, self.line, self.words)
    }
}

#[derive(Debug, thiserror::Error)]
pub enum BadPacks {
    #[error("{} can't be read", .0.display())]
    Unreadable(PathBuf, #[source] std::io::Error),
    #[error("there is no rule pack (*.toml) in {}", .0.display())]
    NothingIn(PathBuf),
    #[error("rules.nation is “{nation}”; it must be one of: {known}", nation = .0, known = NATIONS.join(", "))]
    Nation(String),
    #[error("no rule pack is for {0}: name a folder with some in rules.directory, or another rules.nation")]
    NoneFor(String),
    #[error("faults in rule packs:\n{}", list(.0))]
    Faults(Vec<FileFault>),
}

fn list(faults: &[FileFault]) -> String {
    faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

/// A file with its packs' source.
struct Source {
    file: String,
    text: String,
}

/// A pack and where its values stand.
struct Read {
    pack: RulePack,
    file: String,
    text: String,
}

/// The packs this installation works with, all of them checked.
pub fn load(settings: &config::Rules) -> Result<Rules, BadPacks> {
    let (shipped, own) = read_all(settings)?;
    Ok(Rules::new(&settings.nation, shipped, own))
}

/// Whether this installation could work with its packs; how many they are.
pub fn check_all(settings: &config::Rules) -> Result<usize, BadPacks> {
    let (shipped, own) = read_all(settings)?;
    Ok(shipped.len() + own.len())
}

/// Looks at a file, or at every pack in a folder; how many they are.
pub fn check(place: &Path) -> Result<usize, BadPacks> {
    let found = if place.is_dir() { files(place)? } else { vec![file(place)?] };
    if found.is_empty() {
        return Err(BadPacks::NothingIn(place.to_owned()));
    }
    let is_shipped = |source: &Source| SHIPPED.iter().any(|(_, text)| *text == source.text);
    // What is looked at may be the very packs that are shipped: they are not their own doubles.
    let beside = if found.iter().any(is_shipped) { Vec::new() } else { packs(shipped(), &[])? };
    Ok(packs(found, &beside)?.len())
}

fn read_all(settings: &config::Rules) -> Result<(Vec<RulePack>, Vec<RulePack>), BadPacks> {
    if !NATIONS.contains(&settings.nation.as_str()) {
        return Err(BadPacks::Nation(settings.nation.clone()));
    }
    let shipped = packs(shipped(), &[])?;
    let own = if settings.directory.as_os_str().is_empty() {
        Vec::new()
    } else {
        packs(files(&settings.directory)?, &shipped)?
    };
    if !shipped.iter().chain(&own).any(|pack| pack.nation == settings.nation) {
        return Err(BadPacks::NoneFor(settings.nation.clone()));
    }
    Ok((shipped, own))
}

fn shipped() -> Vec<Source> {
    SHIPPED.iter().map(|(file, text)| Source { file: (*file).to_owned(), text: (*text).to_owned() }).collect()
}

/// The rule packs in a folder, by name.
fn files(folder: &Path) -> Result<Vec<Source>, BadPacks> {
    let unreadable = |error| BadPacks::Unreadable(folder.to_owned(), error);
    let entries = std::fs::read_dir(folder).map_err(unreadable)?;
    let mut paths = entries.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>, _>>().map_err(unreadable)?;
    paths.retain(|path| path.extension().is_some_and(|ending| ending == "toml"));
    paths.sort();
    paths.iter().map(|path| file(path)).collect()
}

fn file(path: &Path) -> Result<Source, BadPacks> {
    let text = std::fs::read_to_string(path).map_err(|error| BadPacks::Unreadable(path.to_owned(), error))?;
    Ok(Source { file: path.display().to_string(), text })
}

fn packs(sources: Vec<Source>, shipped: &[RulePack]) -> Result<Vec<RulePack>, BadPacks> {
    let mut faults = Vec::new();
    let read: Vec<Read> = sources.into_iter().filter_map(|source| read(source, &mut faults)).collect();
    let packs: Vec<RulePack> = read.iter().map(|read| read.pack.clone()).collect();
    for (index, fault) in rules::check_beside(&packs, shipped) {
        faults.extend(read.get(index).map(|read| placed(&read.file, &read.text, fault)));
    }
    faults.sort();
    if faults.is_empty() { Ok(packs) } else { Err(BadPacks::Faults(faults)) }
}

/// One file's pack, if it can be read as one; every fault of its own is added.
fn read(source: Source, faults: &mut Vec<FileFault>) -> Option<Read> {
    let Source { file, text } = source;
    let fault = |line: usize, words: String| FileFault { file: file.clone(), line, words };
    let mut tree = match DeTable::parse(&text) {
        Ok(tree) => tree,
        Err(error) => {
            faults.push(fault(line_of(&text, error.span()), format!("This is no TOML: {}.", error.message())));
            return None;
        }
    };
    // A key that is spelled wrong is set aside and a wrong choice mended, so that the next fault is found too.
    let mut mended = false;
    for _ in 0..MOST_UNKNOWN {
        let error = match RulePack::deserialize(toml::Deserializer::from(tree.clone())) {
            Ok(pack) => {
                if mended {
                    return None;
                }
                faults.extend(rules::check(&pack).into_iter().map(|fault| placed(&file, &text, fault)));
                faults.extend(misnamed(&file, &pack));
                return Some(Read { pack, file, text });
            }
            Err(error) => error,
        };
        let span = error.span();
        faults.push(fault(line_of(&text, span.clone()), in_plain_words(error.message())));
        let span = span?;
        let goes_on = match choices(error.message()) {
            Some(first) => {
                mended = true;
                mend(tree.get_mut(), &span, first)
            }
            None => error.message().starts_with("unknown field") && remove(tree.get_mut(), &span),
        };
        if !goes_on {
            return None;
        }
    }
    None
}

/// A folder is read by its files' names.
fn misnamed(file: &str, pack: &RulePack) -> Option<FileFault> {
    let name = Path::new(file).file_stem().and_then(|name| name.to_str()).unwrap_or_default();
    let rest = name.strip_prefix(pack.kind.as_str());
    let fits = rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '-']));
    (!fits).then(|| FileFault {
        file: file.to_owned(),
        line: 1,
        words: format!(
            "The file holds the pack for “{0}”. Name it {0}.toml, or {0}.2.toml for a second version.",
            pack.kind
        ),
    })
}

/// What the parser says of a shape that is not a pack's, for somebody who writes one.
fn in_plain_words(message: &str) -> String {
    if let Some((key, known)) = message.strip_prefix("unknown field ").and_then(|rest| rest.split_once(", expected ")) {
        let known = known.strip_prefix("one of ").unwrap_or(known);
        return format!("There is no {key} here. Spelled wrong? What can stand here: {known}.");
    }
    if let Some((value, known)) =
        message.strip_prefix("unknown variant ").and_then(|rest| rest.split_once(", expected "))
    {
        return format!("{value} can't be chosen here. Use {known}.");
    }
    match message.strip_prefix("missing field ") {
        Some(key) => format!("{key} is missing. Add it."),
        None => format!("{}.", message.trim_end_matches('.')),
    }
}

fn placed(file: &str, text: &str, fault: Fault) -> FileFault {
    let span = DeTable::parse(text).ok().and_then(|tree| span_of(tree.get_ref(), &fault.place));
    FileFault { file: file.to_owned(), line: line_of(text, span), words: fault.words }
}

/// Where a place stands in the file; where something is missing, what it is missing from.
fn span_of(table: &DeTable<'_>, place: &[Step]) -> Option<Range<usize>> {
    let (first, mut rest) = place.split_first()?;
    let Step::Key(key) = first else { return None };
    let (key, mut value) = table.get_key_value(*key)?;
    let mut span = key.span();
    // A row of a list of tables is known by its heading.
    while let Some((Step::Row(row), beyond)) = rest.split_first() {
        value = value.get_ref().as_array()?.get(*row)?;
        span = value.span();
        rest = beyond;
    }
    match value.get_ref() {
        DeValue::Table(inner) if !rest.is_empty() => Some(span_of(inner, rest).unwrap_or(span)),
        _ => Some(span),
    }
}

/// Of a message about a wrong choice: something that could be chosen.
fn choices(message: &str) -> Option<&str> {
    let (_, known) = message.strip_prefix("unknown variant ")?.split_once(", expected ")?;
    known.split('`').nth(1)
}

/// Puts something that can be chosen in the place of what can't; whether that place was found.
fn mend(table: &mut DeTable<'_>, span: &Range<usize>, choice: &str) -> bool {
    table.iter_mut().any(|(_, value)| mend_within(value, span, choice))
}

fn mend_within(value: &mut Spanned<DeValue<'_>>, span: &Range<usize>, choice: &str) -> bool {
    if value.span() == *span {
        *value.get_mut() = DeValue::String(choice.to_owned().into());
        return true;
    }
    match value.get_mut() {
        DeValue::Table(table) => mend(table, span, choice),
        DeValue::Array(rows) => rows.iter_mut().any(|row| mend_within(row, span, choice)),
        _ => false,
    }
}

/// Takes away the key at this place; whether there was one.
fn remove(table: &mut DeTable<'_>, span: &Range<usize>) -> bool {
    let is_it = |key: &Spanned<std::borrow::Cow<'_, str>>| key.span() == *span;
    let found = table.keys().find(|key| is_it(key)).cloned();
    if let Some(key) = found {
        return table.remove(&key).is_some();
    }
    table.iter_mut().any(|(_, value)| remove_within(value.get_mut(), span))
}

fn remove_within(value: &mut DeValue<'_>, span: &Range<usize>) -> bool {
    match value {
        DeValue::Table(table) => remove(table, span),
        DeValue::Array(rows) => rows.iter_mut().any(|row| remove_within(row.get_mut(), span)),
        _ => false,
    }
}

fn line_of(text: &str, span: Option<Range<usize>>) -> usize {
    let start = span.map_or(0, |span| span.start);
    text.get(..start).unwrap_or(text).matches('\n').count() + 1
}
