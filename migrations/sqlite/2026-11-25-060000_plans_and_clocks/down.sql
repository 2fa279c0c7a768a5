DROP TABLE reminder_letters;
DROP TABLE reminders;
DROP TABLE late_reasons;
DROP TABLE clock_ticks;
DROP TABLE plan_ends;
DROP TABLE plan_evaluations;
DROP TABLE series_meetings;
DROP TABLE series;
