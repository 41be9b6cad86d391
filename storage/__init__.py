"""Where state lives: SQLite files and blobs. It knows nothing of the vendors, and imports nothing of ours."""
