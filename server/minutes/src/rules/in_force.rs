//! Which rule pack holds for a meeting: by its kind, the nation and the day it is held.

use jiff::civil::Date;

use super::RulePack;

/// The packs of one installation: those shipped, and the partnership's own on top of them.
#[derive(Debug, Clone, Default)]
pub struct Rules {
    nation: String,
    own: Vec<RulePack>,
    shipped: Vec<RulePack>,
}

impl Rules {
    /// The packs are taken as checked; those of another nation are never in force.
    pub fn new(nation: &str, shipped: Vec<RulePack>, own: Vec<RulePack>) -> Self {
        Self { nation: nation.to_owned(), own, shipped }
    }

    /// The pack for meetings of this kind on this day. Where the partnership has one of its own in force, that one.
    pub fn in_force(&self, kind: &str, day: Date) -> Option<&RulePack> {
        self.of_kind(kind).find(|pack| holds_on(pack, day))
    }

    /// Every kind of meeting that can be set up on this day or later, by name: as it is on the day, or as it will first be.
    pub fn offered(&self, day: Date) -> Vec<&RulePack> {
        let mut kinds: Vec<&str> = self.all().map(|pack| pack.kind.as_str()).collect();
        kinds.sort_unstable();
        kinds.dedup();
        let coming = |kind: &str| {
            let later = self.of_kind(kind).filter(|pack| begin(pack).is_some_and(|begin| begin > day));
            later.min_by_key(|pack| begin(pack))
        };
        let mut offered: Vec<&RulePack> =
            kinds.into_iter().filter_map(|kind| self.in_force(kind, day).or_else(|| coming(kind))).collect();
        offered.sort_by(|one, other| one.name.cmp(&other.name));
        offered
    }

    /// What meetings of this kind are called, by the pack that begins last.
    pub fn name(&self, kind: &str) -> Option<&str> {
        self.of_kind(kind).max_by_key(|pack| begin(pack)).map(|pack| pack.name.as_str())
    }

    fn of_kind<'a>(&'a self, kind: &str) -> impl Iterator<Item = &'a RulePack> {
        self.all().filter(move |pack| pack.kind == kind)
    }

    /// The partnership's own first.
    fn all(&self) -> impl Iterator<Item = &RulePack> {
        self.own.iter().chain(&self.shipped).filter(|pack| pack.nation == self.nation)
    }
}

fn begin(pack: &RulePack) -> Option<Date> {
    pack.in_force_from.parse().ok()
}

fn holds_on(pack: &RulePack, day: Date) -> bool {
    let ended = pack.in_force_until.as_ref().is_some_and(|until| until.parse::<Date>().is_ok_and(|until| until < day));
    begin(pack).is_some_and(|begin| begin <= day) && !ended
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn pack(kind: &str, version: u32, from: &str, until: Option<&str>) -> RulePack {
        RulePack {
            name: format!("{kind} {version}"),
            version,
            in_force_from: from.to_owned(),
            in_force_until: until.map(str::to_owned),
            ..RulePack::of_sections(kind, Vec::new())
        }
    }

    fn rules() -> Rules {
        let shipped = vec![
            pack("a", 1, "2020-01-01", Some("2025-12-31")),
            pack("a", 2, "2026-01-01", None),
            pack("b", 1, "2020-01-01", None),
            pack("ended", 1, "2020-01-01", Some("2024-12-31")),
        ];
        let welsh = RulePack { nation: "wales".to_owned(), ..pack("b", 90, "2020-01-01", None) };
        let own = vec![pack("b", 7, "2026-06-01", Some("2026-08-31")), pack("c", 1, "2027-01-01", None), welsh];
        Rules::new("england", shipped, own)
    }

    #[test]
    fn the_day_of_the_meeting_decides_and_the_partnerships_own_pack_comes_first() {
        let rules = rules();
        let version = |kind: &str, day: &str| rules.in_force(kind, day.parse().ok()?).map(|pack| pack.version);
        let cases = [
            ("a", "2019-12-31", None),
            ("a", "2020-01-01", Some(1)),
            ("a", "2025-12-31", Some(1)),
            ("a", "2026-01-01", Some(2)),
            ("b", "2026-05-31", Some(1)),
            ("b", "2026-06-01", Some(7)),
            ("b", "2026-08-31", Some(7)),
            ("b", "2026-09-01", Some(1)),
            ("c", "2026-12-31", None),
            ("ended", "2025-01-01", None),
            ("nothing", "2026-01-01", None),
        ];
        for (kind, day, expected) in cases {
            assert_eq!(version(kind, day), expected, "{kind} on {day}");
        }
    }

    #[test]
    fn each_kind_is_offered_once_as_it_is_or_will_be() {
        let names = |day| -> Vec<(String, u32)> {
            rules().offered(day).into_iter().map(|pack| (pack.kind.clone(), pack.version)).collect()
        };
        let listed = |kinds: &[(&str, u32)]| kinds.iter().map(|(kind, v)| ((*kind).to_owned(), *v)).collect::<Vec<_>>();
        assert_eq!(names(date(2026, 7, 1)), listed(&[("a", 2), ("b", 7), ("c", 1)]));
        assert_eq!(names(date(2024, 7, 1)), listed(&[("a", 1), ("b", 1), ("c", 1), ("ended", 1)]));
        assert_eq!(rules().name("a"), Some("a 2"));
        assert_eq!(rules().name("gone"), None);
    }
}
