-- What Storm keeps beside the graph.

-- Named values of a kind and an owner: the variables and profile of a user, macros, graph projections, JSON by path.
CREATE TABLE document (
    kind TEXT NOT NULL,
    owner TEXT NOT NULL,     -- iden of a user; empty where a kind has no owners
    name TEXT NOT NULL,
    value BLOB NOT NULL,     -- msgpack
    PRIMARY KEY (kind, owner, name)
) WITHOUT ROWID;

CREATE TABLE queue (
    number INTEGER PRIMARY KEY,  -- order of making
    name TEXT NOT NULL UNIQUE,
    creator TEXT NOT NULL,
    created_ms INTEGER NOT NULL,
    next INTEGER NOT NULL        -- offset of the next item
);

CREATE TABLE queue_item (
    queue INTEGER NOT NULL REFERENCES queue (number) ON DELETE CASCADE,
    offset INTEGER NOT NULL,
    value BLOB NOT NULL,         -- msgpack
    PRIMARY KEY (queue, offset)
) WITHOUT ROWID;

-- In which order this world took its blobs in.
CREATE TABLE blob_order (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    sha256 TEXT NOT NULL UNIQUE REFERENCES blob (sha256) ON DELETE CASCADE
);
INSERT INTO blob_order (sha256) SELECT sha256 FROM blob ORDER BY sha256;

-- Messages to users, oldest first.
CREATE TABLE notification (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    user TEXT NOT NULL,
    time_ms INTEGER NOT NULL,
    kind TEXT NOT NULL,
    value BLOB NOT NULL          -- msgpack
);

UPDATE gate SET iden = 'cortex' WHERE kind = 'cortex';
