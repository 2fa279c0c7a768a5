//! `accord rules check`, and what a server does with packs that have faults.

use std::path::Path;
use std::process::{Command, Output, Stdio};

use minutes::rules::{AGENCY_KINDS, ClockStart, Due, SectionHolds};
use tests::server::program;

use super::{folder, shipped};

fn check(arguments: &[&Path]) -> (Option<i32>, Vec<String>) {
    let output = Command::new(program()).args(["rules", "check"]).args(arguments).output().expect("the program runs");
    let said = String::from_utf8(output.stdout).unwrap();
    (output.status.code(), said.lines().map(str::to_owned).collect())
}

/// A change to the shipped core group, the line that is named (as it stands there afterwards) and words that are said of it.
const FAULTS: &[(&str, &str, &str, &str)] = &[
    ("[presence]", "[presense]", "[presense]", "There is no `presense` here"),
    ("mandatory = true", "mandatry = true", "mandatry = true", "Spelled wrong?"),
    ("holds = \"risk\"", "holds = \"riks\"", "holds = \"riks\"", "`riks` can't be chosen here"),
    ("version = 2", "version = \"two\"", "version = \"two\"", "invalid type"),
    ("version = 2\n", "", "", "`version` is missing"),
    ("version = 2", "version = = 2", "version = = 2", "This is no TOML"),
    ("family = \"expected\"", "family = \"never\"", "family_editions = \"record\"", "has no seat"),
    ("key = \"worries\"", "key = \"parents_views\"", "key = \"parents_views\"", "Give each its own"),
    ("holds = \"childs_voice\"\n", "", "# A core group", "own voice is missing"),
    ("in_force_from = \"2023-12-15\"", "in_force_from = \"15 December\"", "in_force_from = \"15 December\"", "no date"),
    ("source = \"local procedure; check\"", "source = \"\"", "source = \"\"", "where the rule comes from"),
    ("due = \"record\"", "due = \"decisions\"", "# A core group", "by when the record is due"),
    ("kind = \"core_group\"", "kind = \"core_groups\"", "# A core group", "Name it core_groups.toml"),
    ("instead_of = \"ICPC\"", "instead_of = \"\"", "instead_of = \"\"", "what somebody may write"),
];

#[test]
fn each_fault_is_told_with_its_line() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("core_group.toml");
    for (from, to, named, words) in FAULTS {
        let good = shipped("core_group");
        assert!(good.contains(from), "the core group has no {from}");
        let text = good.replacen(from, to, 1);
        std::fs::write(&path, &text).unwrap();
        let (code, lines) = check(&[&path]);
        assert_eq!(code, Some(1), "{to}: {lines:?}");
        let found = lines.iter().find(|line| line.contains(words)).unwrap_or_else(|| panic!("{to}: {lines:?}"));
        let line: usize =
            found.strip_prefix(path.to_str().unwrap()).unwrap().split(':').nth(1).unwrap().parse().unwrap();
        // The last such line where two are alike: the second of two keys is the one to change.
        let at = text.lines().nth(line - 1).unwrap();
        assert!(at.starts_with(named), "{to}: {found} names the line {at}");
    }
}

#[test]
fn every_fault_of_every_file_is_told_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, text: String| std::fs::write(folder.path().join(name), text).unwrap();
    let marac = shipped("marac").replace("version = 1", "version = 7").replace("mandatory", "mandatry");
    file("marac.toml", marac.replace("holds = \"risk\"", "holds = \"riks\""));
    file("mappa.toml", shipped("mappa").replace("version = 1", "version = 7"));
    file("mappa.2.toml", shipped("mappa").replace("version = 1", "version = 8"));
    file("core_group.toml", shipped("core_group").replace("default_title = \"Core group\"", "default_title = \"\""));
    file("notes.txt", "not a pack".to_owned());
    let (code, lines) = check(&[folder.path()]);
    assert_eq!(code, Some(1), "{lines:?}");
    let of = |name: &str, words: &str| lines.iter().filter(|line| line.contains(name) && line.contains(words)).count();
    assert_eq!(of("marac.toml", "mandatry"), shipped("marac").matches("mandatory").count());
    assert_eq!(of("marac.toml", "riks"), 1);
    assert_eq!(of("mappa", "both in force"), 1);
    assert_eq!(of("core_group.toml", "what a new meeting is called"), 1);
    assert_eq!(of("core_group.toml", "comes with Accord"), 1);
}

#[test]
fn what_is_well_ends_with_0_and_what_can_not_be_read_with_2() {
    let shipped = folder();
    assert_eq!(check(&[]), (Some(0), vec!["Rule packs without a fault: 11".to_owned()]));
    assert_eq!(check(&[&shipped]), (Some(0), vec!["Rule packs without a fault: 11".to_owned()]));
    assert_eq!(check(&[&shipped.join("marac.toml")]).0, Some(0));
    let empty = tempfile::tempdir().unwrap();
    for unreadable in [empty.path(), Path::new("/nowhere/at/all")] {
        assert_eq!(check(&[unreadable]), (Some(2), Vec::new()));
    }
}

#[test]
fn what_the_document_says_is_so() {
    let document = std::fs::read_to_string(folder().join("../../docs/rule-packs.md")).unwrap();
    let smallest = document.split("```toml\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
    let own = tempfile::tempdir().unwrap();
    let path = own.path().join("team_meeting.toml");
    std::fs::write(&path, smallest).unwrap();
    assert_eq!(check(&[&path]), (Some(0), vec!["Rule packs without a fault: 1".to_owned()]));
    let choices = SectionHolds::ALL.iter().map(|one| one.as_str()).chain(Due::ALL.iter().map(|one| one.as_str()));
    let choices = choices.chain(ClockStart::ALL.iter().map(|one| one.as_str())).chain(AGENCY_KINDS.iter().copied());
    let missing: Vec<&str> = choices.filter(|choice| !document.contains(&format!("`{choice}`"))).collect();
    assert_eq!(missing, Vec::<&str>::new(), "named nowhere in the document");
}

fn serve(setting: (&str, &str), folder: &Path) -> Output {
    Command::new(program())
        .arg("serve")
        .env(setting.0, setting.1)
        .env("ACCORD__SERVER__LISTEN", "127.0.0.1:0")
        .env("ACCORD__STORAGE__URL", format!("sqlite:{}", folder.join("data/accord.db").display()))
        .env("ACCORD__STORAGE__KEYS", folder.join("data/keys"))
        .stdin(Stdio::null())
        .output()
        .expect("the program runs")
}

#[test]
fn a_server_does_not_start_on_packs_with_faults() {
    let folder = tempfile::tempdir().unwrap();
    let rules = folder.path().join("rules");
    std::fs::create_dir(&rules).unwrap();
    let pack = rules.join("core_group.toml");
    std::fs::write(&pack, shipped("core_group").replace("version = 2", "version = 3\nvershun = 3")).unwrap();
    let cases = [
        ("ACCORD__RULES__DIRECTORY", rules.to_str().unwrap(), format!("{}:7: There is no `vershun`", pack.display())),
        ("ACCORD__RULES__DIRECTORY", "/nowhere/at/all", "/nowhere/at/all can't be read".to_owned()),
        ("ACCORD__RULES__NATION", "atlantis", "it must be one of: england".to_owned()),
        ("ACCORD__RULES__NATION", "wales", "no rule pack is for wales".to_owned()),
    ];
    for (setting, value, words) in cases {
        let ended = serve((setting, value), folder.path());
        let said = String::from_utf8_lossy(&ended.stderr).into_owned();
        assert_eq!(ended.status.code(), Some(1), "{value}: {said}");
        assert!(said.contains(&words), "{value}: {said}");
        assert!(!folder.path().join("data").exists(), "nothing was begun");
    }
}
