//! The texts in what is written down with escapes: each as it reads.

/// Every string of a JSON value, names of members too.
pub fn json_texts(value: &serde_json::Value) -> Vec<String> {
    let mut texts = Vec::new();
    let mut open = vec![value];
    while let Some(value) = open.pop() {
        match value {
            serde_json::Value::String(text) => texts.push(text.clone()),
            serde_json::Value::Array(values) => open.extend(values),
            serde_json::Value::Object(members) => {
                texts.extend(members.keys().cloned());
                open.extend(members.values());
            }
            serde_json::Value::Number(number) => texts.push(number.to_string()),
            serde_json::Value::Null | serde_json::Value::Bool(_) => {}
        }
    }
    texts
}

/// XML or HTML as it stands, and as it reads.
pub fn markup_texts(text: &str) -> [String; 2] {
    let mut read = String::with_capacity(text.len());
    let mut in_a_tag = false;
    for character in text.chars() {
        match character {
            '<' => in_a_tag = true,
            '>' => {
                in_a_tag = false;
                read.push(' ');
            }
            _ if in_a_tag => {}
            other => read.push(other),
        }
    }
    let mut spelled = String::with_capacity(read.len());
    let mut rest = read.as_str();
    while let Some((before, after)) = rest.split_once('&') {
        spelled.push_str(before);
        let entity = after.split_once(';').and_then(|(name, after)| Some((entity(name)?, after)));
        match entity {
            Some((character, after)) => {
                spelled.push(character);
                rest = after;
            }
            None => {
                spelled.push('&');
                rest = after;
            }
        }
    }
    spelled.push_str(rest);
    [text.to_owned(), spelled]
}

fn entity(name: &str) -> Option<char> {
    match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix('x') {
                Some(hex) => u32::from_str_radix(hex, 16),
                None => number.parse(),
            };
            char::from_u32(code.ok()?)
        }
    }
}
