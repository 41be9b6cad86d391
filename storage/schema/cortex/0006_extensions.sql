-- What was added to the data model of one Cortex, in order of adding.
CREATE TABLE model_element (
    position INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,          -- JSON list
    value BLOB NOT NULL,         -- msgpack
    UNIQUE (kind, name)
);
