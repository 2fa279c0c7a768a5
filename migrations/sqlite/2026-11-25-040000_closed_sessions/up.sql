-- Closed sessions: parts of a meeting that some at the table stay for and the others do not. Each has a document of its own.
CREATE TABLE closed_sessions (
    document_id TEXT NOT NULL PRIMARY KEY REFERENCES documents (id),
    meeting_id TEXT NOT NULL REFERENCES meetings (id),
    number INTEGER NOT NULL, -- 1, 2, 3 … within the meeting
    ground TEXT NOT NULL,
    reason TEXT NOT NULL, -- the chair's words; for those who were in it
    told BOOLEAN NOT NULL, -- whether everybody's record says that it was; otherwise the professionals' alone
    opened_at BIGINT NOT NULL,
    opened_by TEXT NOT NULL REFERENCES people (id),
    ended_at BIGINT,
    revision BIGINT NOT NULL, -- how often its readers have changed: news that comes late must undo nothing
    changed_at BIGINT NOT NULL, -- when they last did, or when it was opened or ended
    UNIQUE (meeting_id, number)
);
CREATE INDEX closed_sessions_by_change ON closed_sessions (changed_at);

-- Who may read a part whose readers are named one by one.
CREATE TABLE part_readers (
    document_id TEXT NOT NULL REFERENCES documents (id),
    person_id TEXT NOT NULL REFERENCES people (id),
    named_at BIGINT NOT NULL,
    named_by TEXT NOT NULL REFERENCES people (id),
    left_at BIGINT, -- since when they read it no more
    PRIMARY KEY (document_id, person_id)
);
CREATE INDEX part_readers_by_person ON part_readers (person_id);

-- Questions that people answer blind to each other.
CREATE TABLE blind_rounds (
    id TEXT NOT NULL PRIMARY KEY,
    meeting_id TEXT NOT NULL REFERENCES meetings (id),
    document_id TEXT NOT NULL REFERENCES documents (id), -- whoever reads this part sees the question
    child_id TEXT NOT NULL REFERENCES children (id),
    question TEXT NOT NULL,
    asked_at BIGINT NOT NULL,
    asked_by TEXT NOT NULL REFERENCES people (id),
    revealed_at BIGINT -- since then all see all answers, and none changes
);
CREATE INDEX blind_rounds_by_meeting ON blind_rounds (meeting_id, asked_at);

-- A row for each who was asked. In no document: every replica holds a document's whole history.
CREATE TABLE blind_answers (
    round_id TEXT NOT NULL REFERENCES blind_rounds (id),
    person_id TEXT NOT NULL REFERENCES people (id),
    pos INTEGER NOT NULL,
    scale INTEGER, -- 0 to 10; NULL: not answered
    view TEXT NOT NULL,
    recorded_by TEXT REFERENCES people (id), -- who took it down for them
    answered_at BIGINT,
    PRIMARY KEY (round_id, person_id)
);
CREATE INDEX blind_answers_by_person ON blind_answers (person_id);

-- Which closed session an edition is the copy of; NULL for every other kind.
ALTER TABLE editions ADD COLUMN part TEXT;
