-- An invitation is a letter without a copy. Which templates there are is the server's to say. SQLite changes a column by
-- making its table anew; what refers to a row is looked at again when all are back.
PRAGMA defer_foreign_keys = ON;
CREATE TEMPORARY TABLE kept AS SELECT * FROM deliveries;
DROP TABLE deliveries;
CREATE TABLE deliveries (
    id TEXT NOT NULL PRIMARY KEY,
    meeting_id TEXT NOT NULL REFERENCES meetings (id),
    edition_id TEXT REFERENCES editions (id),
    person_id TEXT NOT NULL REFERENCES people (id),
    channel TEXT NOT NULL CHECK (channel IN ('email', 'by_hand')),
    template TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN
        ('queued', 'accepted_by_relay', 'delayed', 'refused', 'to_hand_over', 'handed_over', 'withheld')),
    message_id TEXT UNIQUE, -- set at the first attempt, then the same on every one: a retry is not a second letter
    attempts INTEGER NOT NULL, -- attempts begun: counted when leased, so that a letter that kills the worker is given up too
    next_attempt_at BIGINT NOT NULL,
    leased_until BIGINT, -- a worker has it until then; if the worker dies it is taken up again afterwards
    last_detail TEXT, -- in words for support staff; no address
    created_at BIGINT NOT NULL,
    finished_at BIGINT,
    UNIQUE (edition_id, person_id, channel)
);
INSERT INTO deliveries SELECT * FROM kept;
DROP TABLE kept;
CREATE INDEX deliveries_due ON deliveries (channel, state, next_attempt_at);
CREATE INDEX deliveries_by_meeting ON deliveries (meeting_id);

-- What was asked of somebody invited to a meeting, and what they answered: the latest of both.
CREATE TABLE invitations (
    meeting_id TEXT NOT NULL REFERENCES meetings (id),
    person_id TEXT NOT NULL REFERENCES people (id),
    sent_at BIGINT, -- when a letter was last enqueued; NULL: nobody has written to them
    answer TEXT CHECK (answer IN ('coming', 'cannot_come', 'sends_report', 'sends_somebody')),
    note TEXT NOT NULL, -- why not, or who comes instead
    answered_at BIGINT,
    answered_by TEXT REFERENCES people (id), -- who put the answer in: they themselves, or who runs the meeting for them
    PRIMARY KEY (meeting_id, person_id)
);

-- How somebody is best spoken with. Asked once: it holds for every later meeting.
CREATE TABLE communication_needs (
    person_id TEXT NOT NULL PRIMARY KEY REFERENCES people (id),
    needs TEXT NOT NULL, -- empty: none
    interpreter TEXT NOT NULL, -- the language; empty: no interpreter
    advocate TEXT NOT NULL, -- who comes with them; empty: nobody
    told_at BIGINT NOT NULL,
    told_by TEXT NOT NULL REFERENCES people (id)
);

CREATE TABLE agenda_items (
    id TEXT NOT NULL PRIMARY KEY,
    meeting_id TEXT NOT NULL REFERENCES meetings (id),
    proposed_by TEXT NOT NULL REFERENCES people (id),
    item TEXT NOT NULL,
    proposed_at BIGINT NOT NULL,
    ruling TEXT CHECK (ruling IN ('granted', 'refused')),
    reason TEXT NOT NULL,
    ruled_by TEXT REFERENCES people (id),
    ruled_at BIGINT
);
CREATE INDEX agenda_items_by_meeting ON agenda_items (meeting_id, proposed_at);

-- Requests to keep somebody out of a part of the meeting, or to say something in confidence.
CREATE TABLE private_requests (
    id TEXT NOT NULL PRIMARY KEY,
    meeting_id TEXT NOT NULL REFERENCES meetings (id),
    kind TEXT NOT NULL CHECK (kind IN ('exclude', 'in_confidence')),
    asked_by TEXT NOT NULL REFERENCES people (id),
    concerns TEXT REFERENCES people (id), -- whom it would keep out
    ground TEXT NOT NULL,
    words TEXT NOT NULL,
    asked_at BIGINT NOT NULL,
    ruling TEXT CHECK (ruling IN ('granted', 'refused')),
    reason TEXT NOT NULL,
    ruled_by TEXT REFERENCES people (id),
    ruled_at BIGINT
);
CREATE INDEX private_requests_by_meeting ON private_requests (meeting_id, asked_at);

CREATE TABLE reports (
    id TEXT NOT NULL PRIMARY KEY,
    meeting_id TEXT NOT NULL REFERENCES meetings (id),
    author TEXT NOT NULL REFERENCES people (id),
    section TEXT NOT NULL, -- where it goes in the record
    asked_by TEXT NOT NULL REFERENCES people (id),
    asked_at BIGINT NOT NULL,
    due_on TEXT NOT NULL, -- ISO date
    nature TEXT CHECK (nature IN ('fact', 'opinion', 'view')),
    words TEXT NOT NULL, -- empty until it is received
    received_at BIGINT,
    UNIQUE (meeting_id, author, section)
);

-- Whether the family was given a report before the meeting: a line each time somebody says so.
CREATE TABLE report_sharings (
    id TEXT NOT NULL PRIMARY KEY,
    report_id TEXT NOT NULL REFERENCES reports (id),
    shared BOOLEAN NOT NULL,
    shared_on TEXT NOT NULL, -- ISO date; empty when it was not
    how TEXT NOT NULL, -- how it was shared, or why not
    told_by TEXT NOT NULL REFERENCES people (id),
    told_at BIGINT NOT NULL
);
CREATE INDEX report_sharings_by_report ON report_sharings (report_id, told_at);
