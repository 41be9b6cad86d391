-- What a cell knows about itself: its iden, the secret its cookies are signed with, the idens of its first view and layer.
CREATE TABLE meta (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
) WITHOUT ROWID;

-- The objects that permissions can be granted on.
CREATE TABLE gate (
    iden TEXT PRIMARY KEY,
    kind TEXT NOT NULL       -- cortex, view, layer
) WITHOUT ROWID;
