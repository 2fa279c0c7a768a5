//! The table of the recording policy's rules has all of them, and names tests that there are.

use std::fs;
use std::path::Path;

#[test]
fn every_rule_of_the_policy_is_answered_and_its_tests_exist() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let page = fs::read_to_string(root.join("docs/recording-policy.md")).unwrap();
    let mut rules = 0;
    for row in page.lines().filter(|line| line.starts_with('|')).skip(2) {
        rules += 1;
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        let number = cells[1].split(' ').next().and_then(|number| number.parse().ok());
        assert_eq!(number, Some(rules), "{row}");
        let named: Vec<&str> = cells[3].split('`').skip(1).step_by(2).collect();
        assert!(!named.is_empty() || cells[3] == "browser journeys", "rule {rules} is shown by nothing");
        for name in named {
            let (file, test) = name.split_once("::").unwrap_or((name, ""));
            let places = [format!("tests/it/{file}.rs"), format!("tests/it/{file}"), format!("server/{file}")];
            let Some(place) = places.iter().map(|place| root.join(place)).find(|place| place.exists()) else {
                panic!("rule {rules} names {name}, and there is no such file");
            };
            // A name may be cut short at either end.
            let test = test.split('…').find(|part| !part.is_empty()).unwrap_or_default();
            let holds = |text: String| text.contains(test);
            assert!(place.is_dir() || holds(fs::read_to_string(&place).unwrap()) || in_module(&place, test), "{name}");
        }
    }
    assert_eq!(rules, 25);
}

/// `minutes::wording` names a part of the core, whose tests stand beside it.
fn in_module(place: &Path, module: &str) -> bool {
    place.join("src").join(format!("{module}.rs")).exists()
}
