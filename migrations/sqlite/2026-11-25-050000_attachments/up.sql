-- Files put with a part of a record: drawings, letters, reports. Who may read the part may read them.
CREATE TABLE attachments (
    id TEXT NOT NULL PRIMARY KEY,
    meeting_id TEXT NOT NULL REFERENCES meetings (id),
    document_id TEXT NOT NULL REFERENCES documents (id),
    title TEXT NOT NULL,
    form TEXT NOT NULL, -- pdf, png, jpeg or text, by what is in it
    size BIGINT NOT NULL,
    sha256 TEXT NOT NULL,
    bytes BLOB NOT NULL,
    added_by TEXT NOT NULL REFERENCES people (id),
    added_at BIGINT NOT NULL
);
CREATE INDEX attachments_by_meeting ON attachments (meeting_id, added_at);

-- Whether a child has a child protection plan, is looked after, and whether the case is closed; since when (ISO dates, or
-- empty). A child without a row: nobody has said.
CREATE TABLE child_statuses (
    child_id TEXT NOT NULL PRIMARY KEY REFERENCES children (id),
    plan_since TEXT NOT NULL,
    looked_after_since TEXT NOT NULL,
    closed_since TEXT NOT NULL,
    set_by TEXT NOT NULL REFERENCES people (id),
    set_at BIGINT NOT NULL
);
