//! A reader of start tags, strict enough to see what a browser would make of a page.

#[derive(Debug)]
pub struct Tag {
    pub name: String,
    pub attributes: Vec<(String, String)>,
}

impl Tag {
    pub fn get(&self, attribute: &str) -> Option<&str> {
        self.attributes.iter().find(|(name, _)| name == attribute).map(|(_, value)| value.as_str())
    }
}

/// The start tags of a page in order, those in scripts and comments left out.
pub fn tags(html: &str) -> Vec<Tag> {
    let mut tags = Vec::new();
    let mut rest = html;
    while let Some((_, after)) = rest.split_once('<') {
        rest = after;
        if !rest.starts_with(|character: char| character.is_ascii_alphabetic()) {
            continue;
        }
        let (tag, after) = start_tag(rest);
        rest = after;
        if matches!(tag.name.as_str(), "script" | "style" | "title" | "textarea") {
            rest = rest.split_once(&format!("</{}", tag.name)).map_or("", |(_, after)| after);
        }
        tags.push(tag);
    }
    tags
}

fn start_tag(text: &str) -> (Tag, &str) {
    let end = text.find(|character: char| character.is_whitespace() || character == '>').unwrap_or(text.len());
    let (name, mut rest) = text.split_at(end);
    let mut attributes = Vec::new();
    loop {
        rest = rest.trim_start();
        if let Some(after) = rest.strip_prefix('>') {
            return (Tag { name: name.to_ascii_lowercase(), attributes }, after);
        }
        let end = rest.find(|character: char| character.is_whitespace() || matches!(character, '=' | '>'));
        let (attribute, after) = rest.split_at(end.expect("a tag that never ends"));
        let (value, after) = match after.strip_prefix("=\"") {
            Some(quoted) => quoted.split_once('"').expect("a value that never ends"),
            None => ("", after),
        };
        assert!(!after.starts_with('='), "an attribute without quotes: {attribute}");
        attributes.push((attribute.to_owned(), value.to_owned()));
        rest = after;
    }
}
