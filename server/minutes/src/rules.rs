//! Rule packs: dated, cited data that says what a meeting of one kind needs.

use serde::{Deserialize, Serialize};

/// What a meeting of one kind needs, as a file in `config/rules/` says it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RulePack {
    /// `core_group`; also the file's name.
    pub kind: String,
    pub name: String,
    /// Where the rules come from.
    pub citation: String,
    /// ISO date from which this version is in force.
    pub in_force_from: String,
    pub version: u32,
    /// What a new meeting is called when nobody says otherwise.
    pub default_title: String,
    pub sections: Vec<SectionRule>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SectionRule {
    /// Stable key: `childrens_views`.
    pub key: String,
    pub heading: String,
    /// One sentence under the heading, for the people writing.
    pub hint: String,
    /// The review says so when a mandatory section is empty.
    #[serde(default)]
    pub mandatory: bool,
}
