DROP TABLE read_answers;
DROP TABLE read_decisions;
DROP TABLE agreed_sections;
DROP TABLE rooms;
