//! Made-up meetings to print.

use minutes::edition::{
    Edition, EditionAction, EditionApproval, EditionAttendance, EditionChild, EditionDecision, EditionEntry,
    EditionKind, EditionMeeting, EditionSection, EditionView, Named, RecordReference,
};
use minutes::ids::{EditionId, MeetingId};
use minutes::record::{Nature, Part};
use uuid::Uuid;

pub(crate) fn named(name: &str, standing: &str) -> Named {
    Named { name: name.to_owned(), standing: standing.to_owned() }
}

pub(crate) fn entry(by: Named, nature: Nature, text: &str, source: &str) -> EditionEntry {
    EditionEntry {
        tool: String::new(),
        scale: String::new(),
        text: text.to_owned(),
        nature,
        source: source.to_owned(),
        by,
        recorded_by: None,
        about: Vec::new(),
        part: Part::main(),
    }
}

pub(crate) fn section(key: &str, heading: &str, entries: Vec<EditionEntry>) -> EditionSection {
    EditionSection { key: key.to_owned(), heading: heading.to_owned(), agreed_at: String::new(), entries }
}

fn chair() -> Named {
    named("Margaret Osei", "independent chair, Northmoor Children's Services")
}

fn health_visitor() -> Named {
    named("Tom Bradley", "health visitor, Northmoor NHS Trust")
}

fn officer() -> Named {
    named("PC Rachel Singh", "police officer, West Vale Police")
}

fn mother() -> Named {
    named("Anna Kowalska-Łęcka", "mother")
}

fn attendance(person: Named, status: &str, arrived_at: &str, left_at: &str, note: &str) -> EditionAttendance {
    EditionAttendance {
        person,
        status: status.to_owned(),
        arrived_at: arrived_at.to_owned(),
        left_at: left_at.to_owned(),
        note: note.to_owned(),
    }
}

/// A meeting with nothing written in it yet.
pub(crate) fn empty(kind: EditionKind) -> Edition {
    Edition {
        format: Edition::FORMAT.to_owned(),
        id: EditionId(Uuid::from_u128(0xed17_1040_0000_4000_8000_0000_0000_0001)),
        kind,
        record: RecordReference {
            meeting: MeetingId(Uuid::from_u128(0x1a2b_3c4d_0000_4000_8000_0000_0000_0002)),
            version: 1,
            sha256: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08".to_owned(),
        },
        partnership: "Northmoor Safeguarding Children Partnership".to_owned(),
        meeting: EditionMeeting {
            kind_name: "Core group".to_owned(),
            title: "Core group for Zofia and Jakub".to_owned(),
            starts_at: "2026-11-23T10:00:00+00:00".to_owned(),
            place: "Northmoor Family Centre, room 2".to_owned(),
        },
        children: vec![
            EditionChild { name: "Zofia Kowalska".to_owned(), date_of_birth: "2017-05-03".to_owned() },
            EditionChild { name: "Jakub Kowalski".to_owned(), date_of_birth: "2021-01-19".to_owned() },
        ],
        attendance: Vec::new(),
        sections: vec![
            section("childrens_views", "Children's views", Vec::new()),
            section("parents_views", "Parents' and carers' views", Vec::new()),
            section("since_last_met", "Since we last met", Vec::new()),
            section("worries", "What we are worried about", Vec::new()),
            section("working_well", "What is working well", Vec::new()),
            section("next_meeting", "Next meeting", Vec::new()),
        ],
        decisions: Vec::new(),
        actions: Vec::new(),
        closed_sessions: vec![],
        quorum: None,
        read_back: vec![],
        scalings: vec![],
        approval: EditionApproval {
            by: chair(),
            at: "2026-11-23T16:42:10Z".to_owned(),
            statement: "I have read this record. It is a fair account of what was said and decided at the meeting."
                .to_owned(),
            went_on: Vec::new(),
        },
        glossary: Vec::new(),
    }
}

/// An ordinary meeting, as a copy of that kind would hold it.
pub(crate) fn ordinary(kind: EditionKind) -> Edition {
    let mut edition = empty(kind);
    edition.attendance = vec![
        attendance(chair(), "present", "10:00", "11:25", ""),
        attendance(health_visitor(), "present", "10:00", "11:25", ""),
        attendance(officer(), "present", "10:20", "11:00", "Called to another incident. Sent her report by e-mail."),
        attendance(named("Dr Ifeoma Eze", "general practitioner, Riverside Surgery"), "apologies", "", "", ""),
        attendance(mother(), "present", "10:00", "11:25", ""),
        attendance(named("Piotr Kowalski", "father"), "absent", "", "", "The chair will ring him."),
    ];
    edition.sections[0].entries = vec![EditionEntry {
        about: vec!["Zofia Kowalska".to_owned()],
        ..entry(
            health_visitor(),
            Nature::View,
            "“I like it when Babcia takes me to school. I don't like the shouting. I want my own room.”",
            "Drawn and said during a visit on 16 November",
        )
    }];
    edition.sections[1].entries = vec![entry(
        mother(),
        Nature::View,
        "I have gone to every appointment. I want the meetings to be on days when I do not work.\nThe new flat is \
         better. It is dry and the children sleep.",
        "",
    )];
    edition.sections[2].entries = since_last_met(kind);
    edition.sections[4].entries = vec![entry(
        health_visitor(),
        Nature::Fact,
        "Both children's immunisations are up to date. Jakub has gained 400 g and is on the 25th centile.",
        "Health record, 16 November 2026",
    )];
    edition.sections[5].entries =
        vec![entry(chair(), Nature::Fact, "Monday 11 January 2027, 15:30, at the family centre.", "")];
    edition.decisions = decisions();
    edition.actions = actions(kind);
    edition
}

fn since_last_met(kind: EditionKind) -> Vec<EditionEntry> {
    let mut entries = vec![
        entry(
            named("Grace Liu", "designated safeguarding lead, St Brannock's Primary School"),
            Nature::Fact,
            "Zofia has been at school on 28 of 30 days since 5 October. She was late twice.",
            "School register",
        ),
        entry(
            named("Grace Liu", "designated safeguarding lead, St Brannock's Primary School"),
            Nature::Opinion,
            "She is calmer in class and plays with other children again.",
            "Class teacher",
        ),
    ];
    if kind == EditionKind::Full {
        entries.push(EditionEntry {
            part: Part::professionals(),
            about: vec!["Jakub Kowalski".to_owned()],
            ..entry(
                officer(),
                Nature::Allegation,
                "A neighbour told officers on 2 November that she had heard an adult shouting and a child crying for \
                 about twenty minutes. Officers attended, both children were seen and no offence was recorded.",
                "Police log, 2 November 2026",
            )
        });
    }
    entries
}

fn decisions() -> Vec<EditionDecision> {
    let decision = |child: &str, text: &str, rationale: &str| EditionDecision {
        outcome: String::new(),
        threshold: String::new(),
        child: child.to_owned(),
        text: text.to_owned(),
        rationale: rationale.to_owned(),
        category: "Neglect".to_owned(),
        agreed: true,
        part: Part::main(),
        views: Vec::new(),
    };
    vec![
        EditionDecision {
            views: vec![
                EditionView {
                    by: officer(),
                    position: "not_agree".to_owned(),
                    reason: "Three months without an incident would be needed first.".to_owned(),
                },
                EditionView { by: mother(), position: "agree".to_owned(), reason: String::new() },
            ],
            ..decision(
                "Zofia Kowalska",
                "The plan goes on as it is until the review conference.",
                "School attendance and her health are better, but the change is only six weeks old.",
            )
        },
        decision(
            "Jakub Kowalski",
            "The plan goes on, with weekly visits by the health visitor instead of fortnightly ones.",
            "He is too young to say what he sees, and has to be seen.",
        ),
    ]
}

fn actions(kind: EditionKind) -> Vec<EditionAction> {
    let action = |what: &str, outcome: &str, owner: Option<Named>, due: &str| EditionAction {
        carried_over: false,
        outcome: outcome.to_owned(),
        what: what.to_owned(),
        owner,
        due: due.to_owned(),
        measure: String::new(),
        about: Vec::new(),
        status: "open".to_owned(),
        part: Part::main(),
    };
    let mut actions = vec![
        EditionAction {
            about: vec!["Jakub Kowalski".to_owned()],
            measure: "Visits recorded each week; weight plotted every second week.".to_owned(),
            ..action(
                "Visit every week and weigh Jakub.",
                "Jakub keeps growing and is seen by somebody who knows him.",
                Some(health_visitor()),
                "2026-11-30",
            )
        },
        EditionAction {
            status: "done".to_owned(),
            ..action(
                "Ask the housing association for a date for the window locks.",
                "The children can't fall out of the bedroom window.",
                Some(named("Sam Whitlock", "housing officer, Moorland Homes")),
                "2026-12-04",
            )
        },
        action("Ring Piotr and tell him what was decided.", "", None, ""),
    ];
    if kind == EditionKind::Full {
        actions.push(EditionAction {
            part: Part::professionals(),
            ..action("Share the log of 2 November with the school.", "", Some(officer()), "2026-11-25")
        });
    }
    actions
}

/// Text in the languages families in this country write and read.
pub(crate) fn many_languages() -> Edition {
    let mut edition = ordinary(EditionKind::Family);
    edition.children[0].name = "ليلى حسن".to_owned();
    edition.sections[1].entries = [
        ("ليلى حسن", "الأم", "قالت الأم إنها تحضر جميع المواعيد. الاجتماع القادم يوم 20 November 2026 الساعة 10:30."),
        ("Fatima", "خالہ", "بچے ٹھیک ہیں اور اسکول جا رہے ہیں۔ مجھے نئے گھر کی چابی 5 دسمبر کو ملے گی۔"),
        ("Anna Żółć", "matka", "Zażółć gęślą jaźń. Chodzę na wszystkie wizyty; dzieci śpią dobrze."),
        ("Ștefan Țărnă", "tată", "Copiii sunt bine și merg la școală în fiecare zi. Mulțumesc."),
        ("Nguyễn Thị Hồng", "mẹ", "Các cháu ngủ ngon và đi học đều đặn mỗi ngày."),
        ("Ελένη", "γιαγιά", "Τα παιδιά είναι καλά και πηγαίνουν σχολείο."),
        ("Олена Шевченко", "мати", "Діти почуваються добре й ходять до школи. Є ґанок і їжа."),
        ("রহিমা", "মা", "বাচ্চারা ভালো আছে এবং প্রতিদিন স্কুলে যায়।"),
        ("ਗੁਰਪ੍ਰੀਤ", "ਮਾਂ", "ਬੱਚੇ ਠੀਕ ਹਨ ਅਤੇ ਹਰ ਰੋਜ਼ ਸਕੂਲ ਜਾਂਦੇ ਹਨ।"),
        ("सुनीता", "माँ", "बच्चे ठीक हैं और रोज़ स्कूल जाते हैं।"),
        ("ગીતા", "મા", "બાળકો સારા છે અને દરરોજ શાળાએ જાય છે."),
        ("மீனா", "அம்மா", "குழந்தைகள் நலமாக இருக்கிறார்கள்."),
        ("רבקה", "אמא", "הילדים בסדר והולכים לבית הספר כל יום."),
        ("ሰላም", "እናት", "ልጆቹ ደህና ናቸው።"),
        ("王芳", "母亲", "孩子们都很好，每天都去上学。我们搬进了新家，房间很干燥。"),
        ("Zofia", "daughter", "I feel 🙂 at school → 😢 at night. My cat 🐈‍⬛ ❤️ 👨‍👩‍👧 👍🏽 🇵🇱 1️⃣ ✓ ☎ ½ €"),
    ]
    .into_iter()
    .map(|(name, standing, text)| entry(named(name, standing), Nature::View, text, ""))
    .collect();
    edition
}
