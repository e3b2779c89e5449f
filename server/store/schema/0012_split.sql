-- 0012: split and merge. A post that a moderator put into another thread keeps its number; the floor that it left stays as a stub.
CREATE TABLE post_moved (
    thread   INTEGER NOT NULL,                 -- where it stood
    floor    INTEGER NOT NULL,
    post     INTEGER NOT NULL REFERENCES post(id),
    reply_to INTEGER NOT NULL,                 -- the floor that it answered there, for when it comes back
    seq      INTEGER NOT NULL,                 -- of the move in that thread's topic
    PRIMARY KEY (thread, floor)
) STRICT, WITHOUT ROWID;
CREATE INDEX post_moved_by_seq ON post_moved (thread, seq);
CREATE UNIQUE INDEX post_moved_by_post ON post_moved (post, thread); -- a post that comes back takes its old floor, and the stub goes

-- How many floors are stubs; and the thread into which all its posts went, 0 of a thread that stands.
ALTER TABLE thread ADD COLUMN moved INTEGER NOT NULL DEFAULT 0;
ALTER TABLE thread ADD COLUMN merged INTEGER NOT NULL DEFAULT 0;

-- The newest post of a thread whose floors do not rise with numbers any more; who has read it; what waits for it (waiting, returned, refused).
CREATE INDEX post_by_thread ON post (thread);
CREATE INDEX mark_by_thread ON mark (thread);
CREATE INDEX held_of_thread ON held (thread) WHERE state IN (0, 1, 4);
