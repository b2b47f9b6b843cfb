"""The layout of the file, format 1. Events and effects are JSON text, legible to any SQLite tool."""

from __future__ import annotations

APPLICATION_ID = (
    0x5061634C  # "PacL"; how the file tells what it is (https://sqlite.org/pragma.html#pragma_application_id)
)

SCHEMA = """
CREATE TABLE manifest (id INTEGER PRIMARY KEY CHECK (id = 1), text TEXT NOT NULL) STRICT;
CREATE TABLE entry (
    seq INTEGER PRIMARY KEY, t_ns INTEGER NOT NULL, event TEXT NOT NULL, effects TEXT NOT NULL, hash BLOB NOT NULL
) STRICT;
CREATE TABLE snapshot (seq INTEGER PRIMARY KEY, state BLOB NOT NULL, digest BLOB NOT NULL) STRICT;

CREATE TRIGGER manifest_stays BEFORE UPDATE ON manifest BEGIN SELECT RAISE(ABORT, 'the manifest never changes'); END;
CREATE TRIGGER manifest_remains BEFORE DELETE ON manifest BEGIN SELECT RAISE(ABORT, 'the manifest never changes'); END;
CREATE TRIGGER entry_stays BEFORE UPDATE ON entry BEGIN SELECT RAISE(ABORT, 'entries never change'); END;
CREATE TRIGGER entry_remains BEFORE DELETE ON entry BEGIN SELECT RAISE(ABORT, 'entries never change'); END;
-- Also keeps INSERT OR REPLACE off, which deletes without asking the triggers above.
CREATE TRIGGER entry_follows BEFORE INSERT ON entry
WHEN NEW.seq IS NOT (SELECT coalesce(max(seq), 0) + 1 FROM entry)
BEGIN SELECT RAISE(ABORT, 'the next entry must follow the last one'); END;
CREATE TRIGGER snapshot_exists BEFORE INSERT ON snapshot
WHEN NEW.seq NOT IN (SELECT seq FROM entry)
BEGIN SELECT RAISE(ABORT, 'a snapshot must stand after an entry'); END;
"""
