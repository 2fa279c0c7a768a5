//! What the made-up people said.

use minutes::record::{Nature, Part};

pub(super) struct Said {
    pub(super) section: &'static str,
    pub(super) by: &'static str,
    pub(super) nature: Nature,
    pub(super) source: &'static str,
    pub(super) text: &'static str,
    /// Which children, by their place in the list; empty for all.
    pub(super) about: &'static [usize],
    pub(super) restricted: bool,
    /// How the child was asked, or empty.
    pub(super) tool: &'static str,
}

const fn said(
    section: &'static str,
    by: &'static str,
    nature: Nature,
    source: &'static str,
    text: &'static str,
) -> Said {
    Said { section, by, nature, source, text, about: &[], restricted: false, tool: "" }
}

impl Said {
    const fn about(self, about: &'static [usize]) -> Self {
        Self { about, ..self }
    }

    const fn asked(self, tool: &'static str) -> Self {
        Self { tool, ..self }
    }

    const fn professionals_only(self) -> Self {
        Self { restricted: true, ..self }
    }

    pub(super) fn part(&self) -> Part {
        if self.restricted { Part::professionals() } else { Part::main() }
    }
}

/// The meeting four weeks ago.
pub(super) const BEFORE: &[Said] = &[
    said("childrens_views", "sam", Nature::View, "drawing and talk at home, 21 October",
        "Lena drew her house with all the windows lit. She said: “I like it when Babcia comes and we make pierogi. I don't like shouting.”").about(&[0]).asked("drawing"),
    said("childrens_views", "priya", Nature::Fact, "home visit, 20 October",
        "Adam is two and does not say much yet. He went to his mother when he fell, and she comforted him.").about(&[1]),
    said("parents_views", "kasia", Nature::View, "said at the meeting",
        "I know it was bad in the summer. I want help with the mornings, not somebody to tell me off."),
    said("parents_views", "marek", Nature::View, "said at the meeting",
        "I want to see the children every week and to hear from school myself."),
    said("since_last_met", "tom", Nature::Fact, "school register, 1 to 23 October",
        "Lena was late on six mornings of sixteen and had no lunch with her on three.").about(&[0]),
    said("since_last_met", "ewa", Nature::Fact, "tenancy file",
        "The damp in the back bedroom was treated on 9 October. The repair is guaranteed for two years."),
    said("since_last_met", "dan", Nature::Fact, "log held by police",
        "Officers were called to an argument on 28 September. No one was hurt and there was no arrest.").professionals_only(),
    said("worries", "sam", Nature::Opinion, "three visits since August",
        "When the adults argue Lena takes Adam upstairs by herself. If that goes on she may stop being a child at home."),
    said("working_well", "priya", Nature::Opinion, "two home visits",
        "Both children are a healthy weight, and there is warmth between them and their mother."),
    said("next_meeting", "alan", Nature::Fact, "agreed by all",
        "In four weeks, at 10:00, in the family room at Hillside Primary School."),
];

/// The meeting under way.
pub(super) const NOW: &[Said] = &[
    said("childrens_views", "sam", Nature::View, "Three Houses worksheet, 18 November",
        "Lena wrote in her House of Good Things: “Breakfast club. Mum's laugh. Babcia on Sundays.” In her House of Worries: “When Tata rings late.”").about(&[0]).asked("Three Houses"),
    said("childrens_views", "priya", Nature::Fact, "home visit, 17 November",
        "Adam now puts two words together. He said “more train” and “bye-bye Lena” while I was there.").about(&[1]),
    said("parents_views", "kasia", Nature::View, "said at the meeting",
        "I want the visits to stay on Thursdays. It is the mornings I find hard, not the nights."),
    said("parents_views", "marek", Nature::View, "said at the meeting",
        "I have not missed a Saturday. I would like the calls to be at six, so that they are not tired."),
    said("parents_views", "barbara", Nature::View, "said at the meeting",
        "I can take Adam on Mondays and Wednesdays until the nursery place comes."),
    said("since_last_met", "tom", Nature::Fact, "school register, 2 to 20 November",
        "Lena has been in school every day since half term and stayed for breakfast club on nine mornings.").about(&[0]),
    said("since_last_met", "priya", Nature::Opinion, "based on two home visits",
        "The bedroom is warm and each child has a bed. In my view the new routine at bedtime is holding, because both parents keep to it."),
    said("since_last_met", "ewa", Nature::Fact, "tenancy file",
        "There are no arrears, and no complaint since the repair in October."),
    said("since_last_met", "dan", Nature::Fact, "log reference held by police",
        "No calls to the family since 28 September. The caution on file from 2024 is still under review by the inspector.").professionals_only(),
    said("worries", "sam", Nature::Opinion, "five visits since October",
        "Late telephone calls still upset Lena. If nothing changes she may begin to stay awake for them again.").about(&[0]),
    said("worries", "priya", Nature::Opinion, "discussed with the GP, 16 November",
        "Kasia's own sleep is poor, and she has asked that the appointment with her doctor is not talked about in the family.").professionals_only(),
    said("working_well", "tom", Nature::Fact, "reading record",
        "Lena has moved up two reading bands since September. Her grandmother reads with her on Sundays.").about(&[0]),
    said("working_well", "ewa", Nature::Opinion, "visit on 12 November",
        "The home is cared for. I heard no raised voices and the neighbour says the same."),
    said("next_meeting", "alan", Nature::Fact, "proposed, to be agreed",
        "In four weeks, at 10:00, in the family room at Hillside Primary School. Nobody still has to be told."),
];

/// Child by place in the list, decision, reason.
pub(super) const DECISIONS: &[(usize, &str, &str)] = &[
    (
        0,
        "The plan for Lena goes on until the review.",
        "Mornings and school are better, but the late calls still worry her and the change is only weeks old.",
    ),
    (
        1,
        "The plan for Adam goes on until the review.",
        "He is gaining words and weight. The nursery place that will help him most has not begun.",
    ),
];

pub(super) struct ToDo {
    pub(super) outcome: &'static str,
    pub(super) what: &'static str,
    pub(super) owner: &'static str,
    /// Days from the meeting.
    pub(super) due: i64,
    pub(super) measure: &'static str,
    pub(super) about: &'static [usize],
}

pub(super) const ACTIONS: &[ToDo] = &[
    ToDo {
        outcome: "Lena starts the day calm and on time",
        what: "Keep the breakfast club place and tell Kasia each Friday how the week went",
        owner: "tom",
        due: 26,
        measure: "In school by 8:50 on nine days of ten",
        about: &[0],
    },
    ToDo {
        outcome: "Adam can say what he needs",
        what: "Refer Adam to the speech and language drop-in and go with Kasia the first time",
        owner: "priya",
        due: 14,
        measure: "Seen once before the next meeting",
        about: &[1],
    },
    ToDo {
        outcome: "The children know when they will hear from their father",
        what: "Ring at six o'clock on Tuesdays and Thursdays, and at no other time",
        owner: "marek",
        due: 26,
        measure: "Lena says so herself when Sam asks",
        about: &[],
    },
    ToDo {
        outcome: "Kasia has mornings she can manage",
        what: "Arrange a family support worker for three mornings a week",
        owner: "sam",
        due: 10,
        measure: "Began within ten days; Kasia says whether it helps",
        about: &[],
    },
];
