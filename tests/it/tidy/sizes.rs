//! Files and functions one can read in a sitting, with names that say what is inside.

use std::path::Path;

use super::assert_none;
use super::source::{Breach, SourceFile, Token, repository};

const LONGEST_FILE: usize = 450;
const LONGEST_FUNCTION: usize = 80;
const CODE: &[&str] = &["rs", "ts", "mjs", "js", "css", "scss", "html", "sql", "sh", "py"];
const SAYS_NOTHING: &[&str] = &["utils", "util", "helpers", "helper", "common", "misc"];

fn breaches(file: &SourceFile) -> Vec<Breach> {
    let mut breaches = Vec::new();
    let stem = Path::new(&file.path).file_stem().and_then(|stem| stem.to_str()).unwrap_or("");
    if SAYS_NOTHING.contains(&stem) || file.path.split('/').any(|folder| SAYS_NOTHING.contains(&folder)) {
        breaches.push(file.breach(0, "name the file after what it holds"));
    }
    if !CODE.contains(&file.extension()) {
        return breaches;
    }
    let lines = file.text.lines().count();
    if lines > LONGEST_FILE {
        breaches.push(file.breach(0, format!("{lines} lines; at most {LONGEST_FILE}")));
    }
    if file.is_rust() {
        for (name, line, length) in functions(&file.tokens()) {
            if length > LONGEST_FUNCTION {
                breaches.push(file.breach(line, format!("`{name}` has {length} lines; at most {LONGEST_FUNCTION}")));
            }
        }
    }
    breaches
}

/// Every function with a body: name, first line, number of lines.
fn functions(tokens: &[Token]) -> Vec<(String, usize, usize)> {
    let mut functions = Vec::new();
    for (index, pair) in tokens.windows(2).enumerate() {
        let is_name = pair[1].text.chars().next().is_some_and(|first| first.is_alphabetic() || first == '_');
        if pair[0].text != "fn" || !is_name {
            continue;
        }
        if let Some(end) = end_of_body(&tokens[index..]) {
            functions.push((pair[1].text.clone(), pair[0].line, end - pair[0].line + 1));
        }
    }
    functions
}

/// The line of the brace that closes the body; none for a declaration that ends with `;`.
fn end_of_body(tokens: &[Token]) -> Option<usize> {
    let mut depth = 0;
    let mut brackets = 0;
    for token in tokens {
        match token.text.as_str() {
            "(" | "[" => brackets += 1,
            ")" | "]" => brackets -= 1,
            ";" if depth == 0 && brackets == 0 => return None,
            "{" => depth += 1,
            "}" => {
                depth -= 1;
                if depth == 0 && brackets == 0 {
                    return Some(token.line);
                }
            }
            _ => {}
        }
    }
    None
}

#[test]
fn files_and_functions_are_short_and_say_what_they_hold() {
    let breaches: Vec<Breach> = repository().iter().flat_map(breaches).collect();
    assert_none(&breaches);
}

#[test]
fn a_long_file_is_a_breach_in_any_language_and_a_long_text_is_none() {
    let long = "x\n".repeat(LONGEST_FILE + 1);
    assert_eq!(breaches(&SourceFile::new("client/src/page.ts", &long)).len(), 1);
    assert_eq!(breaches(&SourceFile::new("client/styles/pages.css", &long)).len(), 1);
    assert_eq!(breaches(&SourceFile::new("README.md", &long)), []);
    let just_right = "x\n".repeat(LONGEST_FILE);
    assert_eq!(breaches(&SourceFile::new("client/src/page.ts", &just_right)), []);
}

#[test]
fn a_long_function_is_a_breach_wherever_it_stands() {
    let body = "    work();\n".repeat(LONGEST_FUNCTION - 1);
    let long = format!("impl A {{\n    fn short() {{}}\n    fn long(a: [u8; 2]) -> B {{\n{body}    }}\n}}\n");
    let found = breaches(&SourceFile::new("server/src/a.rs", &long));
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].to_string(), "server/src/a.rs:3: `long` has 81 lines; at most 80");

    let declared = format!("trait A {{ fn a(&self);\n{} }}", "    // a comment\n".repeat(100));
    assert_eq!(breaches(&SourceFile::new("server/src/a.rs", &declared)), []);
}

#[test]
fn a_name_that_says_nothing_is_a_breach() {
    for path in ["server/src/http/utils.rs", "client/src/helpers.ts", "tests/common/mod.rs"] {
        assert_eq!(breaches(&SourceFile::new(path, "")).len(), 1, "{path}");
    }
}
