//! Plans after their lock, in every state that looks different.

use super::samples::{Ink, MEETING, frame};
use crate::http::pages::views::form::Errors;
use crate::http::pages::views::plan::{EndLine, EndRow, MayEnd, PlanEndPage, PlanEndsPage, PlanPage, PlanRowView};

pub fn every(ink: Ink, add: &mut impl FnMut(&str, &dyn askama::DynTemplate)) {
    add("plan", &plan(ink, true, Errors::none()));
    let wrong = Errors::one("evidence-2", "Say how you know, or why it could not be done");
    add("plan-wrong", &plan(ink, true, wrong));
    add("plan-read", &PlanPage { closed: "The chair says what became of it.", ..plan(ink, false, Errors::none()) });
    add("plan-empty", &PlanPage { rows: vec![], ..plan(ink, true, Errors::none()) });
    for (name, may) in
        [("plan-end-ask", MayEnd::Ask), ("plan-end-answer", MayEnd::Answer), ("plan-end-again", MayEnd::OpenAgain)]
    {
        add(name, &end(ink, may, Errors::none()));
    }
    add("plan-end-wrong", &end(ink, MayEnd::Answer, Errors::one("reason", "Say what has to be done first")));
    let refused = PlanEndPage {
        refusal: "Say what became of every row of the plan first. 2 still to do.".to_owned(),
        judge_href: format!("/meetings/{MEETING}/plan"),
        ends: vec![],
        ..end(ink, MayEnd::Nothing, Errors::none())
    };
    add("plan-end-refused", &refused);
    let row = EndRow {
        href: "/plans/1".to_owned(),
        title: ink.t("Core group 3"),
        when: "23 November 2026, 10:00".to_owned(),
        children: ink.t("Maya Nowak and Leo Nowak"),
        line: asked(ink),
    };
    add("plan-ends", &PlanEndsPage { frame: frame(ink), ends: vec![row] });
    add("plan-ends-none", &PlanEndsPage { frame: frame(ink), ends: vec![] });
}

fn row(ink: Ink, id: &str, result: &str, readers: &'static str) -> PlanRowView {
    PlanRowView {
        id: id.to_owned(),
        what: ink.t("Visit every week and help with mornings"),
        outcome: ink.t("Maya is at school on time"),
        measure: ink.t("The school's register"),
        owner: ink.t("Priya Shah"),
        due: "1 December 2026".to_owned(),
        about: ink.t("Maya"),
        readers,
        result: result.to_owned(),
        evidence: if result.is_empty() { String::new() } else { ink.t("On time 18 days of 20") },
        said: if result.is_empty() { String::new() } else { ink.t("Said by Ruth Okafor on 1 December 2026, 09:12") },
    }
}

fn plan(ink: Ink, may_judge: bool, errors: Errors) -> PlanPage {
    PlanPage {
        frame: frame(ink),
        heading: "What became of the plan before",
        title: ink.t("Core group 2"),
        when: "23 October 2026, 10:00".to_owned(),
        action: format!("/meetings/{MEETING}/last-plan"),
        back: format!("/meetings/{MEETING}"),
        rows: vec![row(ink, "1", "achieved", ""), row(ink, "2", "", "Professionals only")],
        may_judge,
        closed: "",
        errors,
    }
}

fn end(ink: Ink, may: MayEnd, errors: Errors) -> PlanEndPage {
    PlanEndPage {
        frame: frame(ink),
        title: ink.t("Core group 3"),
        when: "23 November 2026, 10:00".to_owned(),
        action: "/plans/1".to_owned(),
        back: "/plans".to_owned(),
        back_words: "Back to the plans to end",
        rows: vec![row(ink, "1", "achieved", ""), row(ink, "2", "could_not_be_done", "")],
        ends: vec![asked(ink)],
        may,
        refusal: String::new(),
        judge_href: String::new(),
        reason: ink.t("All is well"),
        errors,
    }
}

fn asked(ink: Ink) -> EndLine {
    EndLine {
        state: "Waits for a manager",
        tag: "govuk-tag--orange",
        asked: ink.t("Asked by Ruth Okafor, 1 December 2026, 10:00, of Social care"),
        reason: ink.t("Every outcome is reached."),
        answered: String::new(),
        answer: String::new(),
    }
}
