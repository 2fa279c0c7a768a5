-- The whole rule pack a meeting was created by, as it was then. Empty for meetings that are older than this column, or made
-- by the version before: of theirs the sections alone were kept, in sections_json.
ALTER TABLE meetings ADD COLUMN rule_pack_json TEXT NOT NULL DEFAULT '';
