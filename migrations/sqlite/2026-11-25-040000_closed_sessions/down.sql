ALTER TABLE editions DROP COLUMN part;
DROP TABLE blind_answers;
DROP TABLE blind_rounds;
DROP TABLE part_readers;
DROP TABLE closed_sessions;
