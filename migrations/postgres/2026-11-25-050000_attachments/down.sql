DROP TABLE child_statuses;
DROP TABLE attachments;
