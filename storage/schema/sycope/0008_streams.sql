-- The product's own streams: rows that seeds bring, and what is audited. Rows of one stream need not have the same fields.
CREATE TABLE stream_shape (
    number INTEGER PRIMARY KEY,
    stream TEXT NOT NULL,
    fields TEXT NOT NULL,            -- JSON list of names, in their order
    UNIQUE (stream, fields)
);

CREATE TABLE stream_row (
    number INTEGER PRIMARY KEY,      -- in order of arrival
    stream TEXT NOT NULL,
    timestamp_ms INTEGER NOT NULL,
    shape INTEGER NOT NULL,          -- what the values are called
    row_values BLOB NOT NULL         -- as they were given to us: one text a row
);
CREATE INDEX stream_row_time ON stream_row (stream, timestamp_ms);
