-- One realm: the users, roles, sessions and API keys of one vendor in one world.
CREATE TABLE user (
    iden TEXT PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    email TEXT UNIQUE,
    admin INTEGER NOT NULL,
    locked INTEGER NOT NULL,
    archived INTEGER NOT NULL,
    secret TEXT,             -- how the password is checked: a hash, the mark of the configured one, or null: no login
    onepass TEXT,            -- hash of a password that works once, or null
    onepass_expires_ms INTEGER,
    roles TEXT NOT NULL,     -- JSON list of role idens, in order of precedence
    rules TEXT NOT NULL,     -- JSON list of [allow, [part, ...]]
    gates TEXT NOT NULL      -- JSON object: gate iden to {"rules": [...], "admin": true}
) WITHOUT ROWID;

CREATE TABLE role (
    iden TEXT PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    rules TEXT NOT NULL,
    gates TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE session (
    iden TEXT PRIMARY KEY,
    user TEXT,               -- null: known to the server, but logged in as nobody
    name TEXT NOT NULL,      -- the user's name when the session began
    created_ms INTEGER NOT NULL,
    used_ms INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE api_key (
    iden TEXT PRIMARY KEY,
    user TEXT NOT NULL REFERENCES user (iden) ON DELETE CASCADE,
    name TEXT NOT NULL,
    secret TEXT NOT NULL,
    created_ms INTEGER NOT NULL,
    updated_ms INTEGER NOT NULL,
    expires_ms INTEGER
) WITHOUT ROWID;
CREATE INDEX api_key_user ON api_key (user);
