-- The blobs that this world owns; their bytes lie in the folder that all worlds share.
CREATE TABLE blob (
    sha256 TEXT PRIMARY KEY,
    size INTEGER NOT NULL,
    md5 TEXT NOT NULL,
    sha1 TEXT NOT NULL,
    sha512 TEXT NOT NULL
) WITHOUT ROWID;
