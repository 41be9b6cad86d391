-- The Extended HTTP API of one Cortex, in order of looking.
CREATE TABLE http_api (
    iden TEXT PRIMARY KEY,
    position INTEGER NOT NULL,   -- the first that matches a path answers
    value BLOB NOT NULL          -- msgpack
) WITHOUT ROWID;
