-- Storm's global variables, over HTTP `storm/vars`, in Storm `$lib.globals`.
CREATE TABLE global (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL      -- JSON; a stored null is a value
) WITHOUT ROWID;
