-- 0003: feeds. What was published, in the order in which it was, for each feed; and keys of private feeds.

-- When the text last changed visibly (edits marked as minor do not count), or when it was withdrawn; 0: when it was made.
ALTER TABLE post ADD COLUMN updated INTEGER NOT NULL DEFAULT 0;
-- The board in whose log it stands (0: in none), and whether it stands in the logs of what everybody may read.
ALTER TABLE post ADD COLUMN feed_board INTEGER NOT NULL DEFAULT 0;
ALTER TABLE post ADD COLUMN feed_public INTEGER NOT NULL DEFAULT 0;
UPDATE post SET updated = edited, feed_board = t.board, feed_public = (b.read = 0 AND b.feed AND b.kind <> 3)
FROM thread t JOIN board b ON b.id = t.board WHERE t.id = post.thread AND post.state = 0;

-- Feeds of tags go by a number.
CREATE TABLE tag (
    id   INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE
) STRICT;

-- One row for each publication in each feed, numbered from 1 within the feed. Append-only: a visible change of a post and its
-- withdrawal are further rows. Site, tag and author have only what everybody could read when it was published; a board and a
-- thread have all that stood there.
CREATE TABLE feed_entry (
    kind     INTEGER NOT NULL,                 -- feed_kind
    ref      INTEGER NOT NULL,                 -- board, thread, tag or account; 0 for the site
    no       INTEGER NOT NULL,
    post     INTEGER NOT NULL,
    revision INTEGER NOT NULL,                 -- the one published; 0: the post was withdrawn
    PRIMARY KEY (kind, ref, no)
) STRICT, WITHOUT ROWID;

-- Keys that open one feed with the rights of their owner. A revoked one stays, so that it can be told that it is gone.
CREATE TABLE feed_key (
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    account  INTEGER NOT NULL REFERENCES account(id),
    kind     INTEGER NOT NULL,                 -- feed_kind
    name     TEXT NOT NULL,                    -- as in the request: slug, number, tag, handle or query; '' for the site
    key_hash BLOB NOT NULL UNIQUE,
    created  INTEGER NOT NULL,
    revoked  INTEGER NOT NULL DEFAULT 0        -- when; 0: it is good
) STRICT;
CREATE INDEX feed_key_by_account ON feed_key (account, id) WHERE revoked = 0;

-- What stands already is published in the order in which it was made.
INSERT INTO feed_entry (kind, ref, no, post, revision)
SELECT 1, p.feed_board, row_number() OVER (PARTITION BY p.feed_board ORDER BY p.id), p.id, p.revision
FROM post p WHERE p.state = 0;
INSERT INTO feed_entry (kind, ref, no, post, revision)
SELECT 2, p.thread, row_number() OVER (PARTITION BY p.thread ORDER BY p.id), p.id, p.revision
FROM post p WHERE p.state = 0;
INSERT INTO feed_entry (kind, ref, no, post, revision)
SELECT 0, 0, row_number() OVER (ORDER BY p.id), p.id, p.revision
FROM post p WHERE p.feed_public;
INSERT INTO feed_entry (kind, ref, no, post, revision)
SELECT 4, p.author, row_number() OVER (PARTITION BY p.author ORDER BY p.id), p.id, p.revision
FROM post p WHERE p.feed_public;
INSERT INTO tag (name) SELECT DISTINCT g.tag FROM thread_tag g JOIN post p ON p.thread = g.thread AND p.floor = 1
WHERE p.feed_public ORDER BY g.tag;
INSERT INTO feed_entry (kind, ref, no, post, revision)
SELECT 3, n.id, row_number() OVER (PARTITION BY n.id ORDER BY p.id), p.id, p.revision
FROM tag n JOIN thread_tag g ON g.tag = n.name JOIN post p ON p.thread = g.thread AND p.floor = 1 WHERE p.feed_public;
