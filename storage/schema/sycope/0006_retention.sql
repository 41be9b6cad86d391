-- For how many days an index keeps a period after its end; null: for ever.
ALTER TABLE row_index ADD COLUMN retention_days INTEGER;
