-- What works by itself in one Cortex: triggers, cron jobs, daemons; in order of making.
CREATE TABLE automation (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    iden TEXT NOT NULL,
    due_ms INTEGER,              -- when it is to run next, where that is known
    value BLOB NOT NULL,         -- msgpack
    UNIQUE (kind, iden)
);

-- Work that triggers have put off, oldest first.
CREATE TABLE deferred (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    value BLOB NOT NULL          -- msgpack
);
