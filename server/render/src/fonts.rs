//! The fonts a copy needs, and whether they can draw it.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use typst::foundations::Bytes;
use typst::text::{Font, FontBook, is_default_ignorable};
use unicode_properties::{GeneralCategory, UnicodeGeneralCategory};

use crate::clean;
use crate::fault::Fault;
use crate::fields::Field;

/// Order of preference, one file a line; `fonts/collect.mjs` puts it beside the fonts.
const LIST: &str = "fonts.txt";

pub(crate) struct Fonts {
    fonts: Vec<Font>,
}

impl Fonts {
    /// Family names in the order they are to be tried.
    pub(crate) fn families(&self) -> Vec<String> {
        let mut families: Vec<String> = self.fonts.iter().map(|font| font.info().family.to_string()).collect();
        families.dedup();
        families
    }

    pub(crate) fn book(&self) -> FontBook {
        FontBook::from_fonts(&self.fonts)
    }

    pub(crate) fn get(&self, index: usize) -> Option<Font> {
        self.fonts.get(index).cloned()
    }
}

/// Loads the first family and as many others as it takes to draw every character of `fields`.
pub(crate) fn load(folder: &Path, fields: &[Field<'_>]) -> Result<Fonts, Fault> {
    let mut missing: BTreeSet<char> =
        fields.iter().flat_map(|field| clean::printable(field.text).chars().collect::<Vec<_>>()).collect();
    missing.retain(|c| !needs_no_glyph(*c));

    let mut fonts = Vec::new();
    for family in families(folder)? {
        if !fonts.is_empty() && missing.is_empty() {
            break;
        }
        let Some((first, others)) = family.split_first() else { continue };
        let font = read(folder, first)?;
        let before = missing.len();
        missing.retain(|c| !draws(&font, *c));
        if fonts.is_empty() || missing.len() < before {
            fonts.push(font);
            for name in others {
                fonts.push(read(folder, name)?);
            }
        }
    }

    match first_field_with(fields, &missing) {
        Some((field, character)) => Err(Fault::unprintable(&field.path, character)),
        None => Ok(Fonts { fonts }),
    }
}

/// The first field that, once cleaned, holds one of `characters`.
pub(crate) fn first_field_with<'a, 'f>(
    fields: &'a [Field<'f>],
    characters: &BTreeSet<char>,
) -> Option<(&'a Field<'f>, char)> {
    fields.iter().find_map(|field| {
        let found = clean::printable(field.text).chars().find(|c| characters.contains(c))?;
        Some((field, found))
    })
}

fn needs_no_glyph(c: char) -> bool {
    c.is_whitespace() || is_default_ignorable(c)
}

/// Characters of private use have no meaning that outlives a font; PDF/A refuses them.
fn draws(font: &Font, c: char) -> bool {
    c.general_category() != GeneralCategory::PrivateUse && font.info().coverage.contains(u32::from(c))
}

/// The file names of each family of the list, a family being what came from one package.
fn families(folder: &Path) -> Result<Vec<Vec<String>>, Fault> {
    let list = fs::read_to_string(folder.join(LIST)).map_err(|error| unreadable(LIST, &error))?;
    let mut families: Vec<(String, Vec<String>)> = Vec::new();
    for line in list.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let package = line.split('/').next().unwrap_or(line);
        let file = line.rsplit('/').next().unwrap_or(line).to_owned();
        match families.last_mut() {
            Some((name, files)) if name == package => files.push(file),
            _ => families.push((package.to_owned(), vec![file])),
        }
    }
    if families.is_empty() {
        return Err(Fault::Fonts { detail: format!("{LIST} names none") });
    }
    Ok(families.into_iter().map(|(_, files)| files).collect())
}

fn read(folder: &Path, name: &str) -> Result<Font, Fault> {
    let bytes = fs::read(folder.join(name)).map_err(|error| unreadable(name, &error))?;
    Font::new(Bytes::new(bytes), 0).ok_or_else(|| Fault::Fonts { detail: format!("{name} is no font") })
}

fn unreadable(name: &str, error: &std::io::Error) -> Fault {
    Fault::Fonts { detail: format!("{name}: {}", error.kind()) }
}
