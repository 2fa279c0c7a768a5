//! What the pages show: characters drawn, by what their fonts say they are, in the order in which they are drawn.

use std::collections::{BTreeMap, HashMap};

use super::objects::{Dictionary, Object, Reader, Value};
use super::{Unreadable, text, unpacked};

type Objects<'a> = BTreeMap<usize, &'a Object<'a>>;

/// Everything drawn. What stands on every page, head and foot, is kept apart, so that a sentence goes on from page to page.
#[derive(Default)]
pub(super) struct Print {
    /// As drawn.
    drawn: String,
    /// With what the file says is to be read instead of it.
    read: String,
    /// Heads, feet, lines.
    beside: String,
    /// What is to be read instead of something, by itself.
    instead: Vec<String>,
}

impl Print {
    pub(super) fn texts(self) -> Vec<String> {
        // Scripts that run from right to left are drawn from left to right.
        let turned = |text: &str| text.chars().rev().collect::<String>();
        let right_to_left =
            |text: &str| text.chars().any(|c| matches!(c, '\u{590}'..='\u{8FF}' | '\u{FB1D}'..='\u{FEFC}'));
        let turned: Vec<String> = [&self.drawn, &self.beside]
            .into_iter()
            .filter(|text| right_to_left(text))
            .map(|text| turned(text))
            .collect();
        [self.drawn, self.read, self.beside].into_iter().chain(self.instead).chain(turned).collect()
    }

    /// Whatever is drawn next stands elsewhere.
    fn apart(&mut self) {
        for text in [&mut self.drawn, &mut self.read, &mut self.beside] {
            text.push('\n');
        }
    }
}

pub(super) fn page(
    objects: &Objects<'_>,
    number: usize,
    page: &Dictionary,
    print: &mut Print,
) -> Result<(), Unreadable> {
    let contents = match page.get("Contents") {
        None => return Ok(()),
        Some(Value::Array(contents)) => contents.clone(),
        Some(one) => vec![one.clone()],
    };
    let mut bytes = Vec::new();
    for content in contents {
        let Value::Reference(content) = content else { return Err(Unreadable::Unknown(number)) };
        bytes.extend(stream(objects, content)?);
        bytes.push(b'\n');
    }
    Drawing::new(objects, number, page)?.read(&bytes, print)
}

pub(super) fn form(
    objects: &Objects<'_>,
    number: usize,
    form: &Dictionary,
    print: &mut Print,
) -> Result<(), Unreadable> {
    Drawing::new(objects, number, form)?.read(&stream(objects, number)?, print)
}

fn stream(objects: &Objects<'_>, number: usize) -> Result<Vec<u8>, Unreadable> {
    let object = objects.get(&number).ok_or(Unreadable::Unknown(number))?;
    match (object.value.dictionary(), object.data) {
        (Some(dictionary), Some(data)) => unpacked(object, dictionary, data),
        _ => Err(Unreadable::Stream(number)),
    }
}

/// The dictionary a value is, or refers to.
fn dictionary<'a>(objects: &Objects<'a>, value: Option<&'a Value>) -> Option<&'a Dictionary> {
    match value? {
        Value::Reference(number) => objects.get(number)?.value.dictionary(),
        value => value.dictionary(),
    }
}

/// What the codes of one font stand for.
#[derive(Default)]
struct Font {
    /// How many bytes a code has.
    width: usize,
    characters: HashMap<u32, String>,
}

struct Drawing {
    number: usize,
    fonts: HashMap<Vec<u8>, Font>,
}

/// A stretch of content that says what it is.
struct Stretch {
    beside: bool,
    /// Something else is to be read.
    replaced: bool,
}

impl Drawing {
    fn new<'a>(objects: &Objects<'a>, number: usize, holder: &'a Dictionary) -> Result<Self, Unreadable> {
        let resources = dictionary(objects, holder.get("Resources"));
        let named = resources.and_then(|resources| dictionary(objects, resources.get("Font")));
        let mut fonts = HashMap::new();
        for (name, font) in named.into_iter().flat_map(Dictionary::entries) {
            let font = dictionary(objects, Some(font)).ok_or(Unreadable::Font(number))?;
            let Some(Value::Reference(map)) = font.get("ToUnicode") else { return Err(Unreadable::Font(number)) };
            let width = if font.name("Subtype") == Some(b"Type0") { 2 } else { 1 };
            fonts.insert(name.to_vec(), Font { width, characters: characters(&stream(objects, *map)?)? });
        }
        Ok(Self { number, fonts })
    }

    fn read(&self, content: &[u8], print: &mut Print) -> Result<(), Unreadable> {
        let mut reader = Reader::new(content);
        let mut before: Vec<Value> = Vec::new();
        let mut stretches: Vec<Stretch> = Vec::new();
        let mut font = None;
        while let Some(value) = reader.value(0)? {
            let Value::Word(word) = &value else {
                before.push(value);
                continue;
            };
            match word.as_slice() {
                b"BT" | b"Td" | b"TD" | b"T*" => print.apart(),
                b"Tf" => {
                    let Some(Value::Name(name)) = before.first() else { return Err(Unreadable::Font(self.number)) };
                    font = self.fonts.get(name);
                }
                b"Tj" | b"'" | b"\"" | b"TJ" => {
                    let font = font.ok_or(Unreadable::Font(self.number))?;
                    self.draw(font, &before, &stretches, print)?;
                }
                b"BMC" | b"BDC" => stretches.push(stretch(&before, &stretches, print)),
                b"EMC" => {
                    stretches.pop();
                }
                // A picture inside the content, which nothing here draws.
                b"BI" => return Err(Unreadable::Unknown(self.number)),
                // Words that stand for values.
                b"true" | b"false" | b"null" => continue,
                _ => {}
            }
            before.clear();
        }
        print.apart();
        Ok(())
    }

    fn draw(&self, font: &Font, before: &[Value], stretches: &[Stretch], print: &mut Print) -> Result<(), Unreadable> {
        let beside = stretches.iter().any(|stretch| stretch.beside);
        let replaced = stretches.iter().any(|stretch| stretch.replaced);
        let codes = before.iter().flat_map(|value| match value {
            Value::Array(values) => values.as_slice(),
            value => std::slice::from_ref(value),
        });
        for codes in codes {
            let Value::Text(codes) = codes else { continue };
            for code in codes.chunks(font.width) {
                let code = code.iter().fold(0_u32, |code, byte| code << 8 | u32::from(*byte));
                let drawn = match font.characters.get(&code) {
                    Some(drawn) => drawn.as_str(),
                    None if replaced => "",
                    None => return Err(Unreadable::Font(self.number)),
                };
                if beside {
                    print.beside.push_str(drawn);
                } else {
                    print.drawn.push_str(drawn);
                    if !replaced {
                        print.read.push_str(drawn);
                    }
                }
            }
        }
        Ok(())
    }
}

fn stretch(before: &[Value], around: &[Stretch], print: &mut Print) -> Stretch {
    let beside = matches!(before.first(), Some(Value::Name(tag)) if tag == b"Artifact");
    let said = before.get(1).and_then(Value::dictionary);
    let mut replaced = false;
    for key in ["ActualText", "Alt", "E"] {
        let Some(Value::Text(bytes)) = said.and_then(|said| said.get(key)) else { continue };
        let said = text(bytes);
        if key == "ActualText" {
            replaced = true;
            let inside = beside || around.iter().any(|stretch| stretch.beside);
            let place = if inside { &mut print.beside } else { &mut print.read };
            place.push_str(&said);
        }
        print.instead.push(said);
    }
    Stretch { beside, replaced }
}

/// A font's map from codes to characters.
fn characters(map: &[u8]) -> Result<HashMap<u32, String>, Unreadable> {
    let mut reader = Reader::new(map);
    let mut characters = HashMap::new();
    let mut before: Vec<Value> = Vec::new();
    while let Some(value) = reader.value(0)? {
        let Value::Word(word) = &value else {
            before.push(value);
            continue;
        };
        match word.as_slice() {
            b"endbfchar" => {
                for pair in before.chunks_exact(2) {
                    if let [Value::Text(code), Value::Text(said)] = pair {
                        characters.insert(number(code), utf16(said));
                    }
                }
            }
            b"endbfrange" => before.chunks_exact(3).for_each(|range| extend(&mut characters, range)),
            _ => {}
        }
        before.clear();
    }
    Ok(characters)
}

fn extend(characters: &mut HashMap<u32, String>, range: &[Value]) {
    let [Value::Text(first), Value::Text(last), said] = range else { return };
    let codes = number(first)..=number(last).min(0xFFFF);
    match said {
        Value::Array(said) => {
            for (code, said) in codes.zip(said) {
                if let Value::Text(said) = said {
                    characters.insert(code, utf16(said));
                }
            }
        }
        Value::Text(said) => {
            let Some((last, before)) = said.split_last() else { return };
            for (code, step) in codes.zip(0..=u8::MAX) {
                let said = [before, &[last.wrapping_add(step)]].concat();
                characters.insert(code, utf16(&said));
            }
        }
        _ => {}
    }
}

fn number(bytes: &[u8]) -> u32 {
    bytes.iter().fold(0, |number: u32, byte| number << 8 | u32::from(*byte))
}

fn utf16(bytes: &[u8]) -> String {
    let units: Vec<u16> = bytes.chunks_exact(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]])).collect();
    String::from_utf16_lossy(&units)
}
