-- The lookups among the config elements: what finds one by its name, and its file.
CREATE TABLE lookup (
    element TEXT PRIMARY KEY REFERENCES element (id) ON DELETE CASCADE,
    name TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,                  -- csvFile, subnet
    active INTEGER NOT NULL,
    revision INTEGER NOT NULL            -- another one each time that anything of the lookup changes, never used again
) WITHOUT ROWID;

CREATE TABLE lookup_file (
    element TEXT PRIMARY KEY REFERENCES lookup (element) ON DELETE CASCADE,
    file BLOB NOT NULL                   -- the JSON text of {"columns": [...], "rows": [[...], ...], ...}
);

-- One row: the last revision that was given out.
CREATE TABLE lookup_revision (
    last INTEGER NOT NULL
);
INSERT INTO lookup_revision VALUES (0);
