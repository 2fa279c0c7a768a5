//! The word lists: those shipped, and those of a folder.

use minutes::wording::Wording;

const SHIPPED: &[&str] = &[
    include_str!("../../../config/wording/vague.toml"),
    include_str!("../../../config/wording/jargon.toml"),
    include_str!("../../../config/wording/disrespectful.toml"),
];

#[derive(Debug, thiserror::Error)]
pub enum PlainWordsError {
    #[error("the folder can't be read")]
    Folder(#[source] std::io::Error),
    #[error("{0} is not a word list")]
    File(String, #[source] toml::de::Error),
}

/// `directory` is empty for those shipped alone. The files of a folder add to them, in the order of their names.
pub fn load(directory: &str) -> Result<Wording, PlainWordsError> {
    let mut wording = Wording::default();
    let mut add = |name: &str, text: &str| {
        let more: Wording = toml::from_str(text).map_err(|error| PlainWordsError::File(name.to_owned(), error))?;
        wording.extend(more);
        Ok::<(), PlainWordsError>(())
    };
    for text in SHIPPED {
        add("a list that is shipped", text)?;
    }
    if !directory.is_empty() {
        let entries = std::fs::read_dir(directory).map_err(PlainWordsError::Folder)?;
        let mut paths = entries
            .map(|entry| entry.map(|entry| entry.path()))
            .collect::<Result<Vec<_>, _>>()
            .map_err(PlainWordsError::Folder)?;
        paths.sort();
        for path in paths.iter().filter(|path| path.extension().is_some_and(|ending| ending == "toml")) {
            add(&path.display().to_string(), &std::fs::read_to_string(path).map_err(PlainWordsError::Folder)?)?;
        }
    }
    Ok(wording)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn the_lists_shipped_are_read() {
        let shipped = load("").unwrap();
        assert!(shipped.vague.len() > 5 && shipped.jargon.len() > 20 && shipped.disrespectful.len() > 10);
        assert!(shipped.vague_verb("Monitor attendance").is_some());
        assert!(matches!(load("/nowhere at all"), Err(PlainWordsError::Folder(_))));
    }

    #[test]
    fn no_word_is_listed_twice() {
        let shipped = load("").unwrap();
        for list in [&shipped.vague, &shipped.jargon, &shipped.disrespectful] {
            let mut forms: Vec<&String> = list.iter().flat_map(|term| term.also.iter().chain([&term.term])).collect();
            let count = forms.len();
            forms.sort();
            forms.dedup();
            assert_eq!(forms.len(), count);
        }
    }
}
