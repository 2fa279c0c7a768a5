//! Every string of an edition that is printed, with the path by which an error names it.

use minutes::edition::{Edition, EditionAction, EditionDecision, EditionSection, Named};

pub(crate) struct Field<'a> {
    /// `sections[2].entries[0].text`
    pub(crate) path: String,
    pub(crate) text: &'a str,
}

pub(crate) fn of(edition: &Edition) -> Vec<Field<'_>> {
    let mut fields = Fields(Vec::new());
    fields.add("partnership", &edition.partnership);
    fields.add("meeting.kind_name", &edition.meeting.kind_name);
    fields.add("meeting.title", &edition.meeting.title);
    fields.add("meeting.starts_at", &edition.meeting.starts_at);
    fields.add("meeting.place", &edition.meeting.place);
    for (i, child) in edition.children.iter().enumerate() {
        fields.add(format!("children[{i}].name"), &child.name);
        fields.add(format!("children[{i}].date_of_birth"), &child.date_of_birth);
    }
    for (i, row) in edition.attendance.iter().enumerate() {
        let path = format!("attendance[{i}]");
        fields.named(&format!("{path}.person"), &row.person);
        fields.add(format!("{path}.status"), &row.status);
        fields.add(format!("{path}.arrived_at"), &row.arrived_at);
        fields.add(format!("{path}.left_at"), &row.left_at);
        fields.add(format!("{path}.note"), &row.note);
    }
    for (i, section) in edition.sections.iter().enumerate() {
        fields.section(&format!("sections[{i}]"), section);
    }
    for (i, decision) in edition.decisions.iter().enumerate() {
        fields.decision(&format!("decisions[{i}]"), decision);
    }
    for (i, action) in edition.actions.iter().enumerate() {
        fields.action(&format!("actions[{i}]"), action);
    }
    for (i, scaling) in edition.scalings.iter().enumerate() {
        let path = format!("scalings[{i}]");
        fields.add(format!("{path}.child"), &scaling.child);
        fields.add(format!("{path}.question"), &scaling.question);
        for (i, answer) in scaling.answers.iter().enumerate() {
            let path = format!("{path}.answers[{i}]");
            fields.named(&format!("{path}.by"), &answer.by);
            fields.add(format!("{path}.view"), &answer.view);
            if let Some(recorder) = &answer.recorded_by {
                fields.named(&format!("{path}.recorded_by"), recorder);
            }
        }
    }
    in_the_room(&mut fields, edition);
    for (i, session) in edition.closed_sessions.iter().enumerate() {
        let path = format!("closed_sessions[{i}]");
        fields.add(format!("{path}.reason"), &session.reason);
        for (i, person) in session.not_open_to.iter().enumerate() {
            fields.named(&format!("{path}.not_open_to[{i}]"), person);
        }
        for (i, person) in session.readers.iter().enumerate() {
            fields.named(&format!("{path}.readers[{i}]"), person);
        }
    }
    fields.named("approval.by", &edition.approval.by);
    fields.add("approval.at", &edition.approval.at);
    fields.add("approval.statement", &edition.approval.statement);
    for (i, one) in edition.approval.went_on.iter().enumerate() {
        fields.add(format!("approval.went_on[{i}].missing"), &one.missing);
        fields.add(format!("approval.went_on[{i}].reason"), &one.reason);
    }
    for (i, one) in edition.glossary.iter().enumerate() {
        fields.add(format!("glossary[{i}].term"), &one.term);
        fields.add(format!("glossary[{i}].means"), &one.means);
    }
    fields.add("record.sha256", &edition.record.sha256);
    fields.0
}

fn in_the_room<'a>(fields: &mut Fields<'a>, edition: &'a Edition) {
    if let Some(quorum) = &edition.quorum {
        fields.add("quorum.reason", &quorum.reason);
        fields.add("quorum.reset_on", &quorum.reset_on);
        for (i, words) in quorum.missing.iter().enumerate() {
            fields.add(format!("quorum.missing[{i}]"), words);
        }
    }
    for (i, one) in edition.read_back.iter().enumerate() {
        let path = format!("read_back[{i}]");
        fields.add(format!("{path}.child"), &one.child);
        fields.add(format!("{path}.words"), &one.words);
        for (i, answer) in one.answers.iter().enumerate() {
            let path = format!("{path}.answers[{i}]");
            fields.named(&format!("{path}.by"), &answer.by);
            fields.add(format!("{path}.note"), &answer.note);
            if let Some(recorder) = &answer.recorded_by {
                fields.named(&format!("{path}.recorded_by"), recorder);
            }
        }
    }
}

struct Fields<'a>(Vec<Field<'a>>);

impl<'a> Fields<'a> {
    fn add(&mut self, path: impl Into<String>, text: &'a str) {
        if !text.is_empty() {
            self.0.push(Field { path: path.into(), text });
        }
    }

    fn named(&mut self, path: &str, named: &'a Named) {
        self.add(format!("{path}.name"), &named.name);
        self.add(format!("{path}.standing"), &named.standing);
    }

    fn about(&mut self, path: &str, about: &'a [String]) {
        for (i, name) in about.iter().enumerate() {
            self.add(format!("{path}.about[{i}]"), name);
        }
    }

    fn section(&mut self, path: &str, section: &'a EditionSection) {
        self.add(format!("{path}.heading"), &section.heading);
        for (i, entry) in section.entries.iter().enumerate() {
            let path = format!("{path}.entries[{i}]");
            self.add(format!("{path}.text"), &entry.text);
            self.add(format!("{path}.source"), &entry.source);
            self.add(format!("{path}.tool"), &entry.tool);
            self.named(&format!("{path}.by"), &entry.by);
            self.about(&path, &entry.about);
        }
    }

    fn decision(&mut self, path: &str, decision: &'a EditionDecision) {
        self.add(format!("{path}.child"), &decision.child);
        self.add(format!("{path}.text"), &decision.text);
        self.add(format!("{path}.rationale"), &decision.rationale);
        self.add(format!("{path}.category"), &decision.category);
        self.add(format!("{path}.outcome"), &decision.outcome);
        self.add(format!("{path}.threshold"), &decision.threshold);
        for (i, view) in decision.views.iter().enumerate() {
            let path = format!("{path}.views[{i}]");
            self.named(&format!("{path}.by"), &view.by);
            self.add(format!("{path}.position"), &view.position);
            self.add(format!("{path}.reason"), &view.reason);
        }
    }

    fn action(&mut self, path: &str, action: &'a EditionAction) {
        self.add(format!("{path}.outcome"), &action.outcome);
        self.add(format!("{path}.what"), &action.what);
        if let Some(owner) = &action.owner {
            self.named(&format!("{path}.owner"), owner);
        }
        self.add(format!("{path}.due"), &action.due);
        self.add(format!("{path}.measure"), &action.measure);
        self.about(path, &action.about);
        self.add(format!("{path}.status"), &action.status);
    }
}
