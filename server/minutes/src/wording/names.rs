//! Names that are almost, and not quite, those of somebody at the meeting: a child whose name is spelt in two ways is two
//! children to whoever searches for one.

/// Words that begin sentences and are a letter away from somebody's name.
const ORDINARY: &[&str] = &[
    "come", "came", "done", "does", "each", "from", "have", "here", "hers", "home", "last", "late", "like", "long",
    "made", "make", "more", "most", "much", "must", "need", "next", "once", "only", "over", "read", "said", "same",
    "since", "some", "such", "take", "than", "that", "their", "them", "then", "there", "these", "they", "this",
    "those", "until", "very", "week", "well", "were", "what", "when", "while", "will", "with", "work",
];

/// The words of `text` that look like one of `names` misspelt, each with the name it looks like.
pub fn misspelt<'a>(text: &str, names: &[&'a str]) -> Vec<(String, &'a str)> {
    let known: Vec<(&str, String)> = names
        .iter()
        .flat_map(|name| words(name))
        .filter(|word| word.chars().count() >= 4)
        .map(|word| (word, word.to_lowercase()))
        .collect();
    let mut found: Vec<(String, &str)> = Vec::new();
    for written in words(text) {
        let lower = written.to_lowercase();
        let is_name = written.chars().next().is_some_and(char::is_uppercase) && written.chars().count() >= 4;
        if !is_name || ORDINARY.contains(&lower.as_str()) || known.iter().any(|(_, name)| *name == lower) {
            continue;
        }
        let near = known.iter().find(|(_, name)| {
            let most = if name.chars().count() >= 8 { 2 } else { 1 };
            distance(&lower, name) <= most
        });
        if let Some((name, _)) = near
            && !found.iter().any(|(one, _)| one == written)
        {
            found.push((written.to_owned(), name));
        }
    }
    found
}

/// Without the 's of a genitive.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty())
}

/// How many letters have to be put in, left out, changed or swapped with their neighbour.
fn distance(one: &str, other: &str) -> usize {
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    if one.len().abs_diff(other.len()) > 2 {
        return usize::MAX;
    }
    let mut before: Vec<usize> = Vec::new();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (i, a) in one.iter().enumerate() {
        let mut next = vec![i + 1];
        for (j, b) in other.iter().enumerate() {
            let mut least = (row[j] + usize::from(a != b)).min(row[j + 1] + 1).min(next[j] + 1);
            if i > 0 && j > 0 && *a == other[j - 1] && one[i - 1] == *b {
                least = least.min(before[j - 1] + 1);
            }
            next.push(least);
        }
        before = std::mem::replace(&mut row, next);
    }
    row.last().copied().unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_spelt_otherwise_is_found_and_the_right_one_is_not() {
        let names = ["Lena Nowak", "Adam Nowak", "Ewa Zielińska", "Tom Hale"];
        let cases: &[(&str, &[(&str, &str)])] = &[
            ("Lena's room is warm. Adam sleeps.", &[]),
            ("Leena is late", &[("Leena", "Lena")]),
            ("Then Lnea came with Novak", &[("Lnea", "Lena"), ("Novak", "Nowak")]),
            ("Mrs Zielinska rang", &[("Zielinska", "Zielińska")]),
            ("Have a look. Lens, long, lent.", &[("Lens", "Lena")]),
            ("a drawing of madam", &[]),
            ("NOWAK", &[]),
            ("Tim Hill", &[]),
        ];
        for (text, found) in cases {
            let found: Vec<(String, &str)> = found.iter().map(|(one, name)| ((*one).to_owned(), *name)).collect();
            assert_eq!(misspelt(text, &names), found, "{text}");
        }
    }

    #[test]
    fn letters_put_in_left_out_changed_and_swapped_each_count_once() {
        for (one, other, apart) in [("lena", "lena", 0), ("lena", "lenna", 1), ("lena", "lea", 1), ("lena", "lean", 1)]
        {
            assert_eq!(distance(one, other), apart, "{one} {other}");
        }
        assert_eq!(distance("a", "abcdef"), usize::MAX);
    }
}
