-- The graph: the layers of one Cortex with all they hold, and the views that stack them. Values are msgpack (storage/sodes.py).
CREATE TABLE graph_layer (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    iden TEXT NOT NULL UNIQUE,
    name TEXT,
    creator TEXT,
    created_ms INTEGER NOT NULL,
    readonly INTEGER NOT NULL,
    info TEXT NOT NULL           -- JSON object
);

CREATE TABLE graph_view (
    position INTEGER PRIMARY KEY,  -- order of making
    iden TEXT NOT NULL UNIQUE,
    name TEXT,
    parent TEXT,
    creator TEXT,
    created_ms INTEGER NOT NULL,
    layers TEXT NOT NULL,        -- JSON list of idens, the one that is written to first
    info TEXT NOT NULL           -- JSON object
);

-- What a layer has a small number for, in order of first use; the kinds are those of storage/names.py.
CREATE TABLE graph_name (
    number INTEGER PRIMARY KEY AUTOINCREMENT,  -- never used again, and so says which layer it belongs to
    layer INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    form TEXT NOT NULL,
    name TEXT NOT NULL,
    sub TEXT NOT NULL,
    UNIQUE (layer, kind, form, name, sub)
);

CREATE TABLE graph_node (
    row INTEGER PRIMARY KEY,     -- what the indexes point to; rows of new nodes are appended
    layer INTEGER NOT NULL,
    nid INTEGER NOT NULL,        -- the first 63 bits of the iden
    iden BLOB NOT NULL,
    data BLOB NOT NULL
);
CREATE UNIQUE INDEX graph_node_nid ON graph_node (layer, nid);

-- Values of nodes, properties, items of arrays and tag properties, in order.
CREATE TABLE graph_index (
    name INTEGER NOT NULL,
    key NOT NULL,                -- no affinity: a name has keys of one kind
    nid INTEGER NOT NULL,
    row INTEGER NOT NULL,
    PRIMARY KEY (name, key, nid)
) WITHOUT ROWID;

CREATE TABLE graph_tag (
    tag INTEGER NOT NULL,
    form INTEGER NOT NULL,
    nid INTEGER NOT NULL,
    row INTEGER NOT NULL,
    PRIMARY KEY (tag, form, nid)
) WITHOUT ROWID;

CREATE TABLE graph_data (
    name INTEGER NOT NULL,
    nid INTEGER NOT NULL,
    iden BLOB NOT NULL,
    valu BLOB NOT NULL,
    PRIMARY KEY (name, nid)
) WITHOUT ROWID;

CREATE TABLE graph_edge (
    verb INTEGER NOT NULL,
    n1 BLOB NOT NULL,
    n2 BLOB NOT NULL,
    PRIMARY KEY (verb, n1, n2)
) WITHOUT ROWID;
CREATE INDEX graph_edge_in ON graph_edge (verb, n2, n1);
