-- What small transactions changed in a layer, until its nodes and indexes have it (storage/pending.py).
CREATE TABLE graph_log (
    number INTEGER PRIMARY KEY,
    layer INTEGER NOT NULL,
    changes BLOB NOT NULL        -- msgpack
);
