DROP TABLE report_sharings;
DROP TABLE reports;
DROP TABLE private_requests;
DROP TABLE agenda_items;
DROP TABLE communication_needs;
DROP TABLE invitations;

DELETE FROM delivery_attempts WHERE delivery_id IN (SELECT id FROM deliveries WHERE edition_id IS NULL);
DELETE FROM deliveries WHERE edition_id IS NULL;
PRAGMA defer_foreign_keys = ON;
CREATE TEMPORARY TABLE kept AS SELECT * FROM deliveries;
DROP TABLE deliveries;
CREATE TABLE deliveries (
    id TEXT NOT NULL PRIMARY KEY,
    meeting_id TEXT NOT NULL REFERENCES meetings (id),
    edition_id TEXT NOT NULL REFERENCES editions (id),
    person_id TEXT NOT NULL REFERENCES people (id),
    channel TEXT NOT NULL CHECK (channel IN ('email', 'by_hand')),
    template TEXT NOT NULL CHECK (template IN ('edition_attached', 'family_link')),
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
