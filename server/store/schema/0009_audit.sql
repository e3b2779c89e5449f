-- 0009: the audit log as a chain. What stood in the table before is kept as it was, and is not part of it.

ALTER TABLE audit RENAME TO audit_before;

CREATE TABLE audit (
    id       INTEGER PRIMARY KEY,              -- from 1, without a gap
    time     INTEGER NOT NULL,
    actor    INTEGER NOT NULL,                 -- account; 0: the program, or its command line
    handle   TEXT NOT NULL DEFAULT '',         -- the actor's, then: an import numbers accounts anew
    act      TEXT NOT NULL,                    -- a message's or decision's name; day: the end of a day
    target   INTEGER NOT NULL DEFAULT 0,       -- account, thread, board or post, by act
    detail   TEXT NOT NULL DEFAULT '',         -- words of the program; of a day, its date
    decision INTEGER NOT NULL DEFAULT 0,
    reason   INTEGER NOT NULL DEFAULT 0,
    words    TEXT NOT NULL DEFAULT '',         -- the decision's
    content  BLOB,                             -- the hash of what was decided on
    public   INTEGER NOT NULL DEFAULT 0,       -- its number in the public log, from 1 without a gap; 0: it is not in it
    salt     BLOB NOT NULL,                    -- 16 random bytes: nobody guesses an entry from a published hash
    hash     BLOB NOT NULL                     -- of all this and of the entry before (chain.h)
) STRICT;
CREATE UNIQUE INDEX audit_public ON audit (public) WHERE public > 0;
CREATE INDEX audit_days ON audit (detail) WHERE act = 'day';
