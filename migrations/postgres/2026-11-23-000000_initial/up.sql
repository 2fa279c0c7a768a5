-- Ids are hyphenated lower-case UUIDs, instants Unix milliseconds UTC, dates ISO 8601 text.

-- What must never change once set, such as the storage id that clients recognise this server by.
CREATE TABLE installation (
    name TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
);

CREATE TABLE agencies (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    short_name TEXT NOT NULL,
    kind TEXT NOT NULL, -- social_care, police, health, school, housing, probation …
    secure_email BOOLEAN NOT NULL, -- its mail domain is known to be protected end to end
    filing_policy TEXT NOT NULL CHECK (filing_policy IN ('full', 'plan_summary', 'none')) -- what its case records hold
);

CREATE TABLE people (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    role TEXT NOT NULL,
    title TEXT NOT NULL, -- profession, or relation to the child
    agency_id TEXT REFERENCES agencies (id), -- NULL for family members
    email TEXT UNIQUE, -- lower case; the store sees to it
    phone TEXT,
    address TEXT,
    password_hash TEXT, -- NULL: can't sign in
    delivery TEXT NOT NULL CHECK (delivery IN ('email', 'by_hand')), -- how a copy may safely reach them
    created_at BIGINT NOT NULL
);
CREATE INDEX people_by_agency ON people (agency_id);

CREATE TABLE children (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    date_of_birth TEXT,
    address TEXT
);

-- A child's case record in one agency, closed to the others.
CREATE TABLE case_records (
    id TEXT NOT NULL PRIMARY KEY,
    agency_id TEXT NOT NULL REFERENCES agencies (id),
    child_id TEXT NOT NULL REFERENCES children (id),
    opened_at BIGINT NOT NULL,
    UNIQUE (agency_id, child_id)
);
CREATE INDEX case_records_by_child ON case_records (child_id);

CREATE TABLE sessions (
    id TEXT NOT NULL PRIMARY KEY,
    person_id TEXT NOT NULL REFERENCES people (id),
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    ended_at BIGINT -- signed out, or signed out by somebody
);
CREATE INDEX sessions_by_person ON sessions (person_id);
CREATE INDEX sessions_by_end ON sessions (ended_at);

-- Wrong passwords, counted by the digest of the address tried: the address need not be anybody's.
CREATE TABLE sign_in_failures (
    n BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    email_sha256 TEXT NOT NULL,
    at BIGINT NOT NULL
);
CREATE INDEX sign_in_failures_by_email ON sign_in_failures (email_sha256, at);

CREATE TABLE meetings (
    id TEXT NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    title TEXT NOT NULL,
    starts_at BIGINT NOT NULL,
    place TEXT NOT NULL,
    rule_pack TEXT NOT NULL, -- kind and version of the rule pack the meeting was created by
    sections_json TEXT NOT NULL, -- its sections as they were then: a later rule pack must not reshape this record
    state TEXT NOT NULL CHECK (state IN ('open', 'locked')), -- only ever from open to locked
    created_at BIGINT NOT NULL,
    created_by TEXT NOT NULL REFERENCES people (id),
    locked_at BIGINT,
    locked_by TEXT REFERENCES people (id)
);
CREATE INDEX meetings_by_start ON meetings (starts_at);

CREATE TABLE meeting_children (
    meeting_id TEXT NOT NULL REFERENCES meetings (id),
    child_id TEXT NOT NULL REFERENCES children (id),
    pos INTEGER NOT NULL,
    PRIMARY KEY (meeting_id, child_id)
);
CREATE INDEX meeting_children_by_child ON meeting_children (child_id);

-- Who sits at a meeting, in which capacity. Copied from the person when seated: the record says what they were then.
CREATE TABLE seats (
    meeting_id TEXT NOT NULL REFERENCES meetings (id),
    person_id TEXT NOT NULL REFERENCES people (id),
    role TEXT NOT NULL,
    title TEXT NOT NULL,
    agency_id TEXT REFERENCES agencies (id),
    pos INTEGER NOT NULL,
    removed_at BIGINT, -- no longer at the table: may not read on
    changed_at BIGINT, -- when the role was last changed, or the seat taken away or given back; NULL: as it was first given
    PRIMARY KEY (meeting_id, person_id)
);
CREATE INDEX seats_by_person ON seats (person_id);
CREATE INDEX seats_by_change ON seats (changed_at);

CREATE TABLE sync_tickets (
    token_sha256 TEXT NOT NULL PRIMARY KEY,
    session_id TEXT NOT NULL REFERENCES sessions (id),
    meeting_id TEXT NOT NULL REFERENCES meetings (id),
    expires_at BIGINT NOT NULL,
    used_at BIGINT -- once only
);
CREATE INDEX sync_tickets_by_expiry ON sync_tickets (expires_at);

-- One Automerge document: a part of a meeting's record.
CREATE TABLE documents (
    id TEXT NOT NULL PRIMARY KEY,
    meeting_id TEXT NOT NULL REFERENCES meetings (id),
    part TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    UNIQUE (meeting_id, part)
);

-- A document up to some point of its log; only ever a shortcut, the changes stay. A table of its own, since a row that
-- holds a long record should not be written again for a keystroke.
CREATE TABLE snapshots (
    document_id TEXT NOT NULL PRIMARY KEY REFERENCES documents (id),
    change_count BIGINT NOT NULL, -- it holds the first so many changes
    heads BYTEA NOT NULL, -- 32 bytes each
    document BYTEA NOT NULL, -- as Automerge saves it
    gate_index BYTEA NOT NULL, -- what the gate must know of it
    hashes BYTEA NOT NULL, -- of its changes, with what each builds on
    created_at BIGINT NOT NULL
);

-- Who writes under which Automerge actor id: random per tab, bound to the session at first use.
CREATE TABLE actors (
    document_id TEXT NOT NULL REFERENCES documents (id),
    actor BYTEA NOT NULL,
    person_id TEXT NOT NULL REFERENCES people (id),
    session_id TEXT NOT NULL REFERENCES sessions (id),
    first_seen BIGINT NOT NULL,
    PRIMARY KEY (document_id, actor)
);

-- Every accepted change, as received: the log of the record. Changes that were stored together are one row; who made each
-- stands in it as its actor. The key keeps two nodes from both writing what comes next.
CREATE TABLE changes (
    document_id TEXT NOT NULL REFERENCES documents (id),
    n BIGINT NOT NULL, -- the number of the first: 1, 2, 3 … within the document, in the order accepted
    count BIGINT NOT NULL, -- how many they are
    received_at BIGINT NOT NULL,
    bytes BYTEA NOT NULL, -- one change after the other, uncompressed
    PRIMARY KEY (document_id, n)
);

-- What somebody wrote that arrived after the lock: kept for the chair, in no record.
CREATE TABLE late_contributions (
    id TEXT NOT NULL PRIMARY KEY,
    meeting_id TEXT NOT NULL REFERENCES meetings (id),
    document_id TEXT NOT NULL REFERENCES documents (id),
    person_id TEXT REFERENCES people (id),
    received_at BIGINT NOT NULL,
    bytes BYTEA NOT NULL
);
CREATE INDEX late_contributions_by_meeting ON late_contributions (meeting_id, received_at);

-- Signed records. A correction is a new version; no row here ever changes.
CREATE TABLE records (
    id TEXT NOT NULL PRIMARY KEY,
    meeting_id TEXT NOT NULL REFERENCES meetings (id),
    version INTEGER NOT NULL,
    canonical BYTEA NOT NULL, -- the exact bytes signed (RFC 8785)
    sha256 TEXT NOT NULL,
    signature TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    UNIQUE (meeting_id, version)
);

CREATE TABLE editions (
    id TEXT NOT NULL PRIMARY KEY,
    record_id TEXT NOT NULL REFERENCES records (id),
    meeting_id TEXT NOT NULL REFERENCES meetings (id),
    kind TEXT NOT NULL,
    signed_json BYTEA NOT NULL,
    pdf BYTEA NOT NULL,
    pdf_sha256 TEXT NOT NULL,
    json_sha256 TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX editions_by_meeting ON editions (meeting_id);
CREATE INDEX editions_by_record ON editions (record_id);

-- The outbox: rows commit with the decision to send; the worker leases them.
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
CREATE INDEX deliveries_due ON deliveries (channel, state, next_attempt_at);
CREATE INDEX deliveries_by_meeting ON deliveries (meeting_id);

CREATE TABLE delivery_attempts (
    delivery_id TEXT NOT NULL REFERENCES deliveries (id),
    attempt INTEGER NOT NULL,
    at BIGINT NOT NULL,
    outcome TEXT NOT NULL,
    detail TEXT NOT NULL,
    PRIMARY KEY (delivery_id, attempt)
);

-- The link in a family letter. The token itself is stored nowhere and no member of staff sees it.
CREATE TABLE family_links (
    token_sha256 TEXT NOT NULL PRIMARY KEY,
    delivery_id TEXT NOT NULL UNIQUE REFERENCES deliveries (id),
    person_id TEXT NOT NULL REFERENCES people (id),
    edition_id TEXT NOT NULL REFERENCES editions (id),
    expires_at BIGINT NOT NULL,
    failed_tries INTEGER NOT NULL, -- wrong codes given
    opened_at BIGINT,
    revoked_at BIGINT
);

-- One edition placed in one case record, with the receipt that echoes its digest.
CREATE TABLE filings (
    id TEXT NOT NULL PRIMARY KEY,
    case_record_id TEXT NOT NULL REFERENCES case_records (id),
    edition_id TEXT NOT NULL REFERENCES editions (id),
    meeting_id TEXT NOT NULL REFERENCES meetings (id),
    sha256 TEXT NOT NULL,
    receipt_json TEXT NOT NULL,
    filed_at BIGINT NOT NULL,
    UNIQUE (case_record_id, edition_id)
);
CREATE INDEX filings_by_meeting ON filings (meeting_id);
CREATE INDEX filings_by_edition ON filings (edition_id);

-- The disclosure ledger: what was shared, with whom, when, how.
CREATE TABLE disclosures (
    n BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    meeting_id TEXT NOT NULL REFERENCES meetings (id),
    edition_id TEXT NOT NULL REFERENCES editions (id),
    person_id TEXT REFERENCES people (id), -- NULL: an agency's case record, named in "how"
    how TEXT NOT NULL,
    at BIGINT NOT NULL
);
CREATE INDEX disclosures_by_meeting ON disclosures (meeting_id, at);

CREATE TABLE audit (
    n BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at BIGINT NOT NULL,
    person_id TEXT REFERENCES people (id), -- NULL: the server itself, or nobody signed in
    session_id TEXT REFERENCES sessions (id),
    action TEXT NOT NULL,
    subject TEXT NOT NULL, -- id of what was acted on
    detail_json TEXT NOT NULL
);
CREATE INDEX audit_by_subject ON audit (subject, n);

-- Written by /readyz, to know that writing works.
CREATE TABLE health_probe (
    id INTEGER NOT NULL PRIMARY KEY,
    at BIGINT NOT NULL
);
INSERT INTO health_probe (id, at) VALUES (1, 0);
