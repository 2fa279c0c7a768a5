DROP TABLE report_sharings;
DROP TABLE reports;
DROP TABLE private_requests;
DROP TABLE agenda_items;
DROP TABLE communication_needs;
DROP TABLE invitations;

DELETE FROM delivery_attempts WHERE delivery_id IN (SELECT id FROM deliveries WHERE edition_id IS NULL);
DELETE FROM deliveries WHERE edition_id IS NULL;
ALTER TABLE deliveries ALTER COLUMN edition_id SET NOT NULL;
ALTER TABLE deliveries ADD CONSTRAINT deliveries_template_check CHECK (template IN ('edition_attached', 'family_link'));
