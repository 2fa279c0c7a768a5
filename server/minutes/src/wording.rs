//! Plain words: what people who read a record should not have to know, should not have to read of themselves, and could not
//! be held to. Which words those are is data (`config/wording/`); how they are found is here. It only ever points out:
//! nobody's words are changed.

pub mod births;
pub mod names;
pub mod reading_age;

use serde::{Deserialize, Serialize};

/// A word to look for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Term {
    pub term: String,
    /// Its other forms.
    #[serde(default)]
    pub also: Vec<String>,
    /// What it means, or what to write instead.
    pub say: String,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wording {
    /// Verbs that leave open what will be done.
    #[serde(default)]
    pub vague: Vec<Term>,
    /// Short forms and terms of the trade, with what they mean.
    #[serde(default)]
    pub jargon: Vec<Term>,
    /// Words that judge or belittle.
    #[serde(default)]
    pub disrespectful: Vec<Term>,
}

/// A word that was found, as it stands in the list, and what to say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Found<'a> {
    pub term: &'a str,
    pub say: &'a str,
}

impl Wording {
    /// Adds the lists of another file.
    pub fn extend(&mut self, more: Self) {
        self.vague.extend(more.vague);
        self.jargon.extend(more.jargon);
        self.disrespectful.extend(more.disrespectful);
    }

    /// The vague verb an action, or a clause of it, begins with. "Arrange a support worker" says what will be done;
    /// "Support the mother" does not.
    pub fn vague_verb(&self, what: &str) -> Option<Found<'_>> {
        let what = folded(what);
        first(&self.vague, |form| places(&what, form).any(|at| begins_clause(&what[..at])))
    }

    pub fn jargon_in(&self, text: &str) -> Vec<Found<'_>> {
        all(&self.jargon, text)
    }

    /// The short forms that stand in these texts, to be explained at the end of a copy.
    pub fn short_forms_in<'t>(&self, texts: impl Iterator<Item = &'t str>) -> Vec<Term> {
        let text = texts.collect::<Vec<_>>().join("\n");
        let found: Vec<&str> = all(&self.jargon, &text).into_iter().map(|found| found.term).collect();
        let listed =
            self.jargon.iter().filter(|term| forms(term).any(|form| is_short_form(form) && found.contains(&form)));
        listed.cloned().collect()
    }

    pub fn disrespectful_in(&self, text: &str) -> Vec<Found<'_>> {
        all(&self.disrespectful, text)
    }
}

/// Which of these terms stand in `text`, as it writes them.
pub fn found_in<'a>(terms: &'a [Term], text: &str) -> Vec<Found<'a>> {
    all(terms, text)
}

/// Those of `terms` that stand in `text`, in the order of the list.
fn all<'a>(terms: &'a [Term], text: &str) -> Vec<Found<'a>> {
    let (exact, lower) = (straight(text), folded(text));
    terms
        .iter()
        .filter_map(|term| {
            let form = forms(term).find(|form| {
                if is_short_form(form) {
                    places(&exact, form).next().is_some()
                } else {
                    places(&lower, &form.to_lowercase()).next().is_some()
                }
            })?;
            Some(Found { term: form, say: &term.say })
        })
        .collect()
}

fn first(terms: &[Term], holds: impl Fn(&str) -> bool) -> Option<Found<'_>> {
    terms.iter().find_map(|term| {
        let form = forms(term).find(|form| holds(form))?;
        Some(Found { term: form, say: &term.say })
    })
}

fn forms(term: &Term) -> impl Iterator<Item = &str> {
    std::iter::once(term.term.as_str()).chain(term.also.iter().map(String::as_str))
}

/// With a capital or a figure, as "SEND" and "s47" have: found as it is written alone.
fn is_short_form(form: &str) -> bool {
    form.chars().any(|c| c.is_ascii_digit() || c.is_uppercase())
}

/// Where `form` stands in `text` as a whole word.
fn places<'a>(text: &'a str, form: &'a str) -> impl Iterator<Item = usize> + 'a {
    text.match_indices(form).map(|(at, _)| at).filter(move |at| {
        let before = text[..*at].chars().next_back();
        let after = text[at + form.len()..].chars().next();
        !before.is_some_and(char::is_alphanumeric) && !after.is_some_and(char::is_alphanumeric)
    })
}

/// Whether what stands before leaves a verb to begin a clause.
fn begins_clause(before: &str) -> bool {
    let before = before.trim_end();
    let Some(last) = before.chars().next_back() else { return true };
    let word = before.rsplit(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
    !last.is_alphanumeric() || matches!(word, "to" | "and" | "will" | "then" | "should" | "must" | "or")
}

fn straight(text: &str) -> String {
    text.replace(['\u{2019}', '\u{2018}'], "'").replace(['\u{2010}', '\u{2011}', '\u{2013}'], "-")
}

fn folded(text: &str) -> String {
    straight(text).to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn term(term: &str, also: &[&str]) -> Term {
        Term { term: term.into(), also: also.iter().map(|&form| form.to_owned()).collect(), say: "other words".into() }
    }

    fn wording() -> Wording {
        Wording {
            vague: vec![term("monitor", &["monitoring"]), term("support", &[]), term("continue to", &["continue"])],
            jargon: vec![term("SEND", &["SEN"]), term("CP-IS", &[]), term("S47", &["s.47"]), term("contact", &[])],
            disrespectful: vec![term("non-compliant", &["not compliant"]), term("addict", &[])],
        }
    }

    #[test]
    fn a_vague_verb_is_one_that_begins_what_will_be_done() {
        let cases = [
            ("Monitor attendance", Some("monitor")),
            ("Visit weekly and monitor progress", Some("monitor")),
            ("Sam will support the mother.", Some("support")),
            ("Ring school; continue to visit", Some("continue to")),
            ("CONTINUE with the plan", Some("continue")),
            ("Arrange a family support worker for three mornings a week", None),
            ("Buy a baby monitor", None),
            ("Supportive letter to housing", None),
            ("", None),
        ];
        for (what, found) in cases {
            assert_eq!(
                wording().vague_verb(what).map(|found| found.term.to_owned()),
                found.map(str::to_owned),
                "{what}"
            );
        }
    }

    #[test]
    fn short_forms_are_found_in_capitals_and_words_in_any() {
        let cases: &[(&str, &[&str])] = &[
            ("He has SEND.", &["SEND"]),
            ("Please send the report", &[]),
            ("CP\u{2010}IS was told; a s.47 followed", &["CP-IS", "s.47"]),
            ("Contact on Thursdays", &["contact"]),
            ("contactless", &[]),
            ("SEN, SEND", &["SEND"]),
        ];
        for (text, found) in cases {
            let terms: Vec<String> = wording().jargon_in(text).iter().map(|found| found.term.to_owned()).collect();
            assert_eq!(terms, *found, "{text}");
        }
    }

    #[test]
    fn words_that_judge_are_found_with_what_to_say() {
        let wording = wording();
        let found = wording.disrespectful_in("She was Non\u{2011}Compliant.");
        assert_eq!(found, [Found { term: "non-compliant", say: "other words" }]);
        assert_eq!(wording.disrespectful_in("addicted to chess"), []);
    }
}
