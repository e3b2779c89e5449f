-- 0017: what people without an account leave. Their posts have author 0, and the name beside it, as it is shown.
ALTER TABLE post ADD COLUMN guest TEXT;

-- The table anew: a thread's author need not be an account any more.
CREATE TABLE thread_anew (
    id          INTEGER PRIMARY KEY,
    board       INTEGER NOT NULL REFERENCES board(id),
    title       TEXT NOT NULL,
    author      INTEGER NOT NULL,              -- account; 0: somebody without one
    guest       TEXT,                          -- that somebody's name, as it is shown
    created     INTEGER NOT NULL,
    pinned      INTEGER NOT NULL DEFAULT 0,
    locked      INTEGER NOT NULL DEFAULT 0,
    featured    INTEGER NOT NULL DEFAULT 0,
    floors      INTEGER NOT NULL DEFAULT 0,    -- the highest floor given
    last_post   INTEGER NOT NULL DEFAULT 0,    -- number of the newest post: the order of lists
    last_time   INTEGER NOT NULL DEFAULT 0,
    last_author INTEGER NOT NULL DEFAULT 0,
    board_seq   INTEGER NOT NULL,              -- of the last change of this header in the board's topic
    header_seq  INTEGER NOT NULL DEFAULT 0,    -- of the last change of this header in the thread's own topic
    head        INTEGER NOT NULL DEFAULT 0,    -- of the thread's topic
    tags        BLOB,                          -- the list as on the wire, in the author's order; NULL for none
    origin      INTEGER NOT NULL DEFAULT 0,    -- in the bin: the board from which it was removed
    moved       INTEGER NOT NULL DEFAULT 0,    -- floors that are stubs
    merged      INTEGER NOT NULL DEFAULT 0     -- the thread into which all its posts went; 0: it stands
) STRICT;
INSERT INTO thread_anew (id, board, title, author, created, pinned, locked, featured, floors, last_post, last_time, last_author, board_seq,
    header_seq, head, tags, origin, moved, merged)
SELECT id, board, title, author, created, pinned, locked, featured, floors, last_post, last_time, last_author, board_seq,
    header_seq, head, tags, origin, moved, merged FROM thread;
DROP TABLE thread;
ALTER TABLE thread_anew RENAME TO thread;
CREATE INDEX thread_by_activity ON thread (board, last_post);
CREATE INDEX thread_by_seq ON thread (board, board_seq);
CREATE INDEX thread_pinned ON thread (board, last_post) WHERE pinned;
CREATE INDEX thread_featured ON thread (board, last_post) WHERE featured;

-- Forms that were used, until they would have run out: none is taken twice, whatever was restarted in between.
CREATE TABLE guest_form (
    id    BLOB PRIMARY KEY,                    -- of the form's token; says nothing of whoever had it
    until INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX guest_form_by_until ON guest_form (until);
