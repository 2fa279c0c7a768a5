//! The repository's files, and Rust files as tokens: comments and strings don't count as code.

use std::fmt;
use std::path::{Path, PathBuf};

use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// Built or fetched, not written here.
const NOT_OURS: &[&str] = &["target", "node_modules", "dist", ".git", "venv", "__pycache__"];

pub struct SourceFile {
    /// Relative to the repository's root, with `/`.
    pub path: String,
    pub text: String,
}

impl SourceFile {
    pub fn new(path: &str, text: &str) -> Self {
        Self { path: path.to_owned(), text: text.to_owned() }
    }

    pub fn extension(&self) -> &str {
        Path::new(&self.path).extension().and_then(|extension| extension.to_str()).unwrap_or("")
    }

    pub fn is_rust(&self) -> bool {
        self.extension() == "rs"
    }

    pub fn tokens(&self) -> Vec<Token> {
        let stream: TokenStream = self.text.parse().unwrap_or_else(|error| panic!("{}: {error}", self.path));
        let mut tokens = Vec::new();
        flatten(stream, &mut tokens);
        tokens
    }

    pub fn breach(&self, line: usize, rule: impl Into<String>) -> Breach {
        Breach { path: self.path.clone(), line, rule: rule.into() }
    }
}

pub struct Token {
    /// An identifier, a punctuation character, a bracket; empty for literals, whose text is of no interest here.
    pub text: String,
    pub line: usize,
}

/// Whether the name at `index` goes on a path, as `b` does in `a::b`; it starts one in `: b::c` and in `::b::c`.
pub fn continues_path(tokens: &[Token], index: usize) -> bool {
    let text = |back: usize| index.checked_sub(back).map_or("", |index| tokens[index].text.as_str());
    let is_name = |text: &str| text.chars().next().is_some_and(|first| first.is_alphanumeric() || "_>".contains(first));
    text(1) == ":" && text(2) == ":" && is_name(text(3)) && text(3) != "use"
}

fn flatten(stream: TokenStream, tokens: &mut Vec<Token>) {
    for tree in stream {
        match tree {
            TokenTree::Group(group) => {
                let (open, close) = match group.delimiter() {
                    Delimiter::Brace => ("{", "}"),
                    Delimiter::Parenthesis => ("(", ")"),
                    Delimiter::Bracket => ("[", "]"),
                    Delimiter::None => ("", ""),
                };
                tokens.push(Token { text: open.to_owned(), line: group.span_open().start().line });
                flatten(group.stream(), tokens);
                tokens.push(Token { text: close.to_owned(), line: group.span_close().start().line });
            }
            TokenTree::Ident(ident) => {
                tokens.push(Token { text: ident.to_string(), line: ident.span().start().line });
            }
            TokenTree::Punct(punct) => {
                tokens.push(Token { text: punct.as_char().to_string(), line: punct.span().start().line });
            }
            TokenTree::Literal(literal) => {
                tokens.push(Token { text: String::new(), line: literal.span().start().line });
            }
        }
    }
}

#[derive(Debug, PartialEq, Eq)]
pub struct Breach {
    pub path: String,
    /// 0 when it is the whole file's.
    pub line: usize,
    pub rule: String,
}

impl fmt::Display for Breach {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.path, self.line, self.rule)
    }
}

pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the tests have a parent folder").to_path_buf()
}

/// Every file of ours that is text.
pub fn repository() -> Vec<SourceFile> {
    let mut files = Vec::new();
    collect(&root(), "", &mut files);
    assert!(files.len() > 10, "this is not the repository");
    files
}

fn collect(folder: &Path, prefix: &str, files: &mut Vec<SourceFile>) {
    let mut entries: Vec<_> = std::fs::read_dir(folder).expect("a folder that was just listed").flatten().collect();
    entries.sort_by_key(std::fs::DirEntry::file_name);
    for entry in entries {
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = if prefix.is_empty() { name.clone() } else { format!("{prefix}/{name}") };
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            if !NOT_OURS.contains(&name.as_str()) {
                collect(&entry.path(), &path, files);
            }
        } else if let Ok(text) = std::fs::read_to_string(entry.path()) {
            files.push(SourceFile { path, text });
        }
    }
}
