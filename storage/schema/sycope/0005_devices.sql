-- The inventory: devices that the product would have discovered; here only seeds bring them.
CREATE TABLE device (
    id TEXT PRIMARY KEY,
    name TEXT,
    domain_name TEXT,
    ip TEXT,
    description TEXT,
    timestamp_ms INTEGER NOT NULL,
    tags TEXT NOT NULL,          -- JSON list
    additional TEXT NOT NULL,    -- JSON object
    dns_records TEXT NOT NULL    -- JSON list
);
