-- The custom indexes: which element defines each, and which tables hold its rows.
CREATE TABLE row_index (
    number INTEGER PRIMARY KEY AUTOINCREMENT,  -- names the row tables, rows_<number>_<period>, and is never used again
    element TEXT NOT NULL UNIQUE REFERENCES element (id) ON DELETE CASCADE,
    name TEXT NOT NULL UNIQUE,
    rotation TEXT NOT NULL,
    active INTEGER NOT NULL
);

CREATE TABLE row_column (
    row_index INTEGER NOT NULL REFERENCES row_index (number) ON DELETE CASCADE,
    position INTEGER NOT NULL,           -- names the column: c<position>
    name TEXT NOT NULL,
    type TEXT NOT NULL,
    PRIMARY KEY (row_index, position)
) WITHOUT ROWID;

CREATE TABLE row_period (
    row_index INTEGER NOT NULL REFERENCES row_index (number) ON DELETE CASCADE,
    period TEXT NOT NULL,                -- 20261122, 2026w47, 202611: sorts by time within one rotation
    start_ms INTEGER NOT NULL,
    end_ms INTEGER NOT NULL,             -- the first instant after the period
    row_count INTEGER NOT NULL,
    width INTEGER NOT NULL,              -- columns its table has; those that the index got later are null in its rows
    PRIMARY KEY (row_index, period)
) WITHOUT ROWID;
