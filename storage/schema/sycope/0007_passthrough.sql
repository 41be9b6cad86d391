-- The passthroughs among the config elements: their names, and what opens their backends, which no element shows.
CREATE TABLE passthrough (
    element TEXT PRIMARY KEY REFERENCES element (id) ON DELETE CASCADE,
    name TEXT NOT NULL UNIQUE,
    secret TEXT NOT NULL         -- "" for none
) WITHOUT ROWID;
