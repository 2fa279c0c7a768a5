-- The append-only log of locked records (docs/log.md). A row is never changed and never deleted.
CREATE TABLE log_leaves (
    n BIGINT NOT NULL PRIMARY KEY, -- 0, 1, 2 … without a gap: of two nodes that append at once, one does
    record_id TEXT NOT NULL UNIQUE REFERENCES records (id),
    leaf_hash TEXT NOT NULL UNIQUE, -- hex
    peaks TEXT NOT NULL, -- the roots of the full trees the first n + 1 leaves make, largest first, hex
    checkpoint TEXT NOT NULL, -- the signed note over the first n + 1 leaves
    seal TEXT NOT NULL, -- the partnership's detached JWS over that note; says when
    added_at BIGINT NOT NULL
);
