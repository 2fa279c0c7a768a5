-- Meetings about the same plan, one after the other. A meeting alone is in none until the next is set up or its plan is to end.
CREATE TABLE series (
    id TEXT NOT NULL PRIMARY KEY,
    state TEXT NOT NULL CHECK (state IN ('open', 'closed')), -- a closed one gets no further meetings until it is opened again
    opened_at BIGINT NOT NULL,
    changed_at BIGINT NOT NULL
);

CREATE TABLE series_meetings (
    meeting_id TEXT NOT NULL PRIMARY KEY REFERENCES meetings (id),
    series_id TEXT NOT NULL REFERENCES series (id),
    previous_meeting TEXT REFERENCES meetings (id) -- whose plan this one begins with
);
CREATE INDEX series_meetings_by_series ON series_meetings (series_id);
CREATE INDEX series_meetings_by_previous ON series_meetings (previous_meeting);

-- What became of a row of a locked record's plan. Judged at the next meeting, or before the plan ends.
CREATE TABLE plan_evaluations (
    meeting_id TEXT NOT NULL REFERENCES meetings (id), -- whose plan the row stands in
    action_id TEXT NOT NULL,
    result TEXT NOT NULL CHECK (result IN ('achieved', 'partly', 'not_done', 'could_not_be_done')),
    evidence TEXT NOT NULL,
    judged_at_meeting TEXT NOT NULL REFERENCES meetings (id),
    by_person TEXT NOT NULL REFERENCES people (id),
    at BIGINT NOT NULL,
    PRIMARY KEY (meeting_id, action_id)
);

-- Asked to end a plan, and what a manager said. Rows stay: who approved what, when, is part of the case.
CREATE TABLE plan_ends (
    id TEXT NOT NULL PRIMARY KEY,
    series_id TEXT NOT NULL REFERENCES series (id),
    meeting_id TEXT NOT NULL REFERENCES meetings (id), -- whose plan ends
    agency_id TEXT NOT NULL REFERENCES agencies (id), -- whose manager is to approve
    state TEXT NOT NULL CHECK (state IN ('asked', 'approved', 'sent_back', 'opened_again')),
    reason TEXT NOT NULL,
    asked_by TEXT NOT NULL REFERENCES people (id),
    asked_at BIGINT NOT NULL,
    answer TEXT NOT NULL,
    answered_by TEXT REFERENCES people (id),
    answered_at BIGINT
);
CREATE INDEX plan_ends_by_agency ON plan_ends (agency_id, state);
CREATE INDEX plan_ends_by_series ON plan_ends (series_id, asked_at);

-- What only people can say was done. The key is the clock's, as the rule pack kept with the meeting names it.
CREATE TABLE clock_ticks (
    meeting_id TEXT NOT NULL REFERENCES meetings (id),
    clock TEXT NOT NULL,
    done_on TEXT NOT NULL,
    by_person TEXT NOT NULL REFERENCES people (id),
    at BIGINT NOT NULL,
    PRIMARY KEY (meeting_id, clock)
);

-- Why something was late. The newest stands; the earlier ones stay.
CREATE TABLE late_reasons (
    n INTEGER PRIMARY KEY AUTOINCREMENT,
    meeting_id TEXT NOT NULL REFERENCES meetings (id),
    clock TEXT NOT NULL,
    reason TEXT NOT NULL,
    by_person TEXT NOT NULL REFERENCES people (id),
    at BIGINT NOT NULL
);
CREATE INDEX late_reasons_by_meeting ON late_reasons (meeting_id, n);

-- Which reminder was given: of several nodes the one that inserts the row gives it.
CREATE TABLE reminders (
    meeting_id TEXT NOT NULL REFERENCES meetings (id),
    clock TEXT NOT NULL,
    stage TEXT NOT NULL, -- due_tomorrow, late_0, late_1 …
    at BIGINT NOT NULL,
    PRIMARY KEY (meeting_id, clock, stage)
);

-- The outbox of reminders: one letter to one person about all there is to be said at a time.
CREATE TABLE reminder_letters (
    id TEXT NOT NULL PRIMARY KEY,
    person_id TEXT NOT NULL REFERENCES people (id),
    due_tomorrow INTEGER NOT NULL,
    late INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('queued', 'accepted_by_relay', 'delayed', 'refused')),
    message_id TEXT UNIQUE,
    attempts INTEGER NOT NULL,
    next_attempt_at BIGINT NOT NULL,
    leased_until BIGINT,
    last_detail TEXT,
    created_at BIGINT NOT NULL,
    finished_at BIGINT
);
CREATE INDEX reminder_letters_due ON reminder_letters (state, next_attempt_at);
