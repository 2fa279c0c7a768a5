-- What goes on in the room and stands in no document: where the chair is, the timer, and why a meeting went on without a quorum.
CREATE TABLE rooms (
    meeting_id TEXT NOT NULL PRIMARY KEY REFERENCES meetings (id),
    spotlight TEXT NOT NULL, -- the section everybody is asked to look at; empty: none
    timer_ends_at BIGINT,
    quorum_course TEXT, -- what the chair chose to do without one; NULL: nothing was chosen
    quorum_reason TEXT NOT NULL,
    quorum_reset_on TEXT NOT NULL, -- ISO date on which the meeting is held again, or empty
    quorum_at BIGINT,
    quorum_by TEXT REFERENCES people (id)
);

CREATE TABLE agreed_sections (
    meeting_id TEXT NOT NULL REFERENCES meetings (id),
    section TEXT NOT NULL,
    agreed_at BIGINT NOT NULL,
    agreed_by TEXT NOT NULL REFERENCES people (id),
    PRIMARY KEY (meeting_id, section)
);

-- Decisions as they were read out, in their order: what people agreed to is what they heard.
CREATE TABLE read_decisions (
    meeting_id TEXT NOT NULL REFERENCES meetings (id),
    decision_id TEXT NOT NULL,
    pos INTEGER NOT NULL,
    child_id TEXT NOT NULL REFERENCES children (id),
    words TEXT NOT NULL,
    read_at BIGINT NOT NULL,
    PRIMARY KEY (meeting_id, decision_id)
);

CREATE TABLE read_answers (
    meeting_id TEXT NOT NULL REFERENCES meetings (id),
    decision_id TEXT NOT NULL,
    person_id TEXT NOT NULL REFERENCES people (id),
    position TEXT NOT NULL,
    note TEXT NOT NULL,
    recorded_by TEXT REFERENCES people (id), -- who took it down for them
    answered_at BIGINT NOT NULL,
    PRIMARY KEY (meeting_id, decision_id, person_id)
);
