//! The made-up people. Addresses and telephone numbers are of the kinds set aside for fiction.

use minutes::record::Role;

pub(super) const PARTNERSHIP: &str = "Northmoor Safeguarding Partnership";
pub(super) const PASSWORD: &str = "one-record-for-all";

pub(super) struct MadeUpAgency {
    pub(super) key: &'static str,
    pub(super) name: &'static str,
    pub(super) short_name: &'static str,
    pub(super) kind: &'static str,
    pub(super) secure_email: bool,
    pub(super) policy: &'static str,
}

pub(super) const AGENCIES: &[MadeUpAgency] = &[
    agency("care", "Northmoor Children's Social Care", "Social care", "social_care", "full"),
    agency("health", "Northmoor NHS Community Trust", "Health", "health", "full"),
    agency("police", "Northmoor Police", "Police", "police", "full"),
    agency("school", "Hillside Primary School", "Hillside", "school", "full"),
    agency("housing", "Northmoor Homes", "Housing", "housing", "plan_summary"),
];

const fn agency(
    key: &'static str,
    name: &'static str,
    short_name: &'static str,
    kind: &'static str,
    policy: &'static str,
) -> MadeUpAgency {
    MadeUpAgency { key, name, short_name, kind, secure_email: true, policy }
}

pub(super) struct MadeUpPerson {
    /// Also the local part of the e-mail address.
    pub(super) key: &'static str,
    pub(super) name: &'static str,
    pub(super) role: Role,
    pub(super) title: &'static str,
    /// Empty for the family.
    pub(super) agency: &'static str,
    pub(super) phone: &'static str,
    pub(super) address: &'static str,
    pub(super) by_hand: bool,
    /// Whether they sit at the two meetings.
    pub(super) seated: bool,
}

pub(super) const PEOPLE: &[MadeUpPerson] = &[
    worker("ruth", "Ruth Okafor", Role::Chair, "independent chair", "care"),
    worker("alan", "Alan Pike", Role::MinuteTaker, "minute taker", "care"),
    worker("sam", "Sam Byrne", Role::Professional, "social worker", "care"),
    worker("priya", "Priya Nair", Role::Professional, "health visitor", "health"),
    worker("tom", "Tom Hale", Role::Professional, "class teacher", "school"),
    worker("dan", "Dan Rees", Role::Professional, "police constable", "police"),
    worker("ewa", "Ewa Zielińska", Role::Professional, "housing officer", "housing"),
    family("kasia", "Kasia Nowak", "mother", "01632 960211", "14 Larch Rise, Northmoor NM4 7QD"),
    family("marek", "Marek Nowak", "father", "01632 960874", "Flat 3, 82 Quay Street, Eastport EP1 2TT"),
    MadeUpPerson {
        by_hand: true,
        ..family("barbara", "Barbara Nowak", "grandmother", "01632 960455", "5 Mill Cottages, Northmoor NM2 1AB")
    },
    MadeUpPerson { seated: false, ..worker("helen", "Helen Marsh", Role::Manager, "service manager", "care") },
    MadeUpPerson { seated: false, ..worker("joanne", "Joanne Firth", Role::Professional, "midwife", "health") },
];

const fn worker(
    key: &'static str,
    name: &'static str,
    role: Role,
    title: &'static str,
    agency: &'static str,
) -> MadeUpPerson {
    MadeUpPerson { key, name, role, title, agency, phone: "01632 960100", address: "", by_hand: false, seated: true }
}

const fn family(
    key: &'static str,
    name: &'static str,
    title: &'static str,
    phone: &'static str,
    address: &'static str,
) -> MadeUpPerson {
    MadeUpPerson { key, name, role: Role::Family, title, agency: "", phone, address, by_hand: false, seated: true }
}

pub(super) fn email(person: &MadeUpPerson) -> String {
    let domain = if person.agency.is_empty() { "mail" } else { person.agency };
    format!("{}@{domain}.northmoor.example", person.key)
}

/// Name and date of birth.
pub(super) const CHILDREN: &[(&str, &str)] = &[("Lena Nowak", "2018-04-09"), ("Adam Nowak", "2022-01-30")];
