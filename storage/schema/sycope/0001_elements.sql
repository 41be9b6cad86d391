-- Every configuration object of Sycope is a config element.
CREATE TABLE element (
    id TEXT PRIMARY KEY,
    category TEXT NOT NULL,
    module TEXT,
    created_ms INTEGER NOT NULL,
    created_by TEXT NOT NULL,
    modified_ms INTEGER NOT NULL,
    modified_by TEXT NOT NULL,
    annotations TEXT,        -- JSON, as are the next four; null where unset
    misc_data TEXT,
    attributes TEXT,
    single_configuration_instance TEXT,
    tags TEXT,
    config TEXT NOT NULL     -- JSON object
);
CREATE INDEX element_category ON element (category);
