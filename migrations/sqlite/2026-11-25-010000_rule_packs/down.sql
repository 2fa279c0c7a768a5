ALTER TABLE meetings DROP COLUMN rule_pack_json;
