-- 0001: the forum. Applied once, in a transaction, to an empty database.
--
-- Times are UTC milliseconds as the writer stamped them. Order is by id or sequence, never by time.
-- A topic's head is kept in the row of what it is about: board.head, thread.head, account.head. Each object
-- row carries the sequence of its last change in its topic, so that no event is ever stored.

-- Single values of the installation: 'epoch' (8 bytes), 'commits' (number of the last group, compared with
-- the side file to notice a database that was copied back), 'stamp' (the last time stamped), 'secret'
-- (32 bytes keying hashes that must not be guessable).
CREATE TABLE setting (
    name  TEXT PRIMARY KEY,
    value ANY
) STRICT, WITHOUT ROWID;

-- Units to which accounts belong; a deputy is named for one.
CREATE TABLE unit (
    id   INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE
) STRICT;

CREATE TABLE account (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    handle      TEXT NOT NULL,                 -- as registered: normalized (NFKC, lower case)
    handle_key  TEXT NOT NULL UNIQUE,          -- what is compared: look-alikes folded together
    name        TEXT NOT NULL,                 -- display name
    password    TEXT,                          -- Argon2id string; NULL after an import: reset codes only
    role        INTEGER NOT NULL,              -- the highest role on the site, kept in step with "grant"
    unit        INTEGER REFERENCES unit(id),
    lang        INTEGER NOT NULL DEFAULT 0,
    zone        TEXT NOT NULL DEFAULT 'Asia/Shanghai',
    state       INTEGER NOT NULL DEFAULT 0,    -- account_state
    created     INTEGER NOT NULL,
    head        INTEGER NOT NULL DEFAULT 0,    -- of the account's own topic
    notices     INTEGER NOT NULL DEFAULT 0,    -- number of the last notice
    notices_read INTEGER NOT NULL DEFAULT 0,   -- number of the last notice marked as read
    totp        BLOB,                          -- the confirmed second factor's secret, or NULL
    totp_new    BLOB,                          -- one that waits to be confirmed
    totp_step   INTEGER NOT NULL DEFAULT 0,    -- the last time step accepted, so that no code counts twice
    totp_due    INTEGER NOT NULL DEFAULT 0     -- when powers rest without a second factor; 0: no such power
) STRICT;

-- Roles per scope. Site roles carry ref 0; a board's moderator its board; a deputy the unit.
CREATE TABLE "grant" (
    account INTEGER NOT NULL REFERENCES account(id),
    role    INTEGER NOT NULL,
    scope   INTEGER NOT NULL,
    ref     INTEGER NOT NULL,
    since   INTEGER NOT NULL,
    PRIMARY KEY (account, scope, ref, role)
) STRICT, WITHOUT ROWID;
CREATE INDEX grant_by_role ON "grant" (role, account);

-- A session is a device's token, of which only the hash is kept. `used` is exact to the hour, so that
-- reading does not write.
CREATE TABLE session (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    account    INTEGER NOT NULL REFERENCES account(id),
    token_hash BLOB NOT NULL UNIQUE,
    created    INTEGER NOT NULL,
    used       INTEGER NOT NULL,
    client     TEXT NOT NULL
) STRICT;
CREATE INDEX session_by_account ON session (account, used);

CREATE TABLE invitation (
    code_hash BLOB PRIMARY KEY,
    role      INTEGER NOT NULL,
    issuer    INTEGER,                         -- NULL: made at first start
    created   INTEGER NOT NULL,
    expires   INTEGER NOT NULL,
    taker     INTEGER                          -- the account made with it, once used
) STRICT, WITHOUT ROWID;

CREATE TABLE reset_code (
    account   INTEGER PRIMARY KEY REFERENCES account(id),  -- one at a time: a new code replaces the old
    code_hash BLOB NOT NULL,
    issuer    INTEGER NOT NULL,
    created   INTEGER NOT NULL,
    expires   INTEGER NOT NULL
) STRICT;

CREATE TABLE recovery_code (
    account   INTEGER NOT NULL REFERENCES account(id),
    code_hash BLOB NOT NULL,
    PRIMARY KEY (account, code_hash)
) STRICT, WITHOUT ROWID;

-- What people with power did. Append-only.
CREATE TABLE audit (
    id     INTEGER PRIMARY KEY AUTOINCREMENT,
    time   INTEGER NOT NULL,
    actor  INTEGER NOT NULL,                   -- account; 0: the installation itself
    act    TEXT NOT NULL,                      -- the message's name
    target INTEGER NOT NULL,                   -- account, thread or board, by act
    detail TEXT NOT NULL                       -- role, scope, board: words of the program, no person's text
) STRICT;

CREATE TABLE board (
    id        INTEGER PRIMARY KEY AUTOINCREMENT,
    slug      TEXT NOT NULL UNIQUE,
    name      TEXT NOT NULL,
    name_en   TEXT NOT NULL DEFAULT '',
    kind      INTEGER NOT NULL,
    about     TEXT NOT NULL DEFAULT '',
    about_en  TEXT NOT NULL DEFAULT '',
    position  INTEGER NOT NULL,
    read      INTEGER NOT NULL,                -- roles: who may, at least
    start     INTEGER NOT NULL,
    reply     INTEGER NOT NULL,
    hold      INTEGER NOT NULL DEFAULT 0,
    feed      INTEGER NOT NULL DEFAULT 1,
    closed    INTEGER NOT NULL DEFAULT 0,
    created   INTEGER NOT NULL,
    threads   INTEGER NOT NULL DEFAULT 0,
    posts     INTEGER NOT NULL DEFAULT 0,
    last_post INTEGER NOT NULL DEFAULT 0,      -- number of the newest post that stands here
    last_time INTEGER NOT NULL DEFAULT 0,
    head      INTEGER NOT NULL DEFAULT 0       -- of the board's topic
) STRICT;

-- Rows are never deleted, so that a number is never given twice without a counter to be written each time.
CREATE TABLE thread (
    id          INTEGER PRIMARY KEY,
    board       INTEGER NOT NULL REFERENCES board(id),
    title       TEXT NOT NULL,
    author      INTEGER NOT NULL REFERENCES account(id),
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
    tags        BLOB                           -- the list as on the wire, in the author's order; NULL for none
) STRICT;
CREATE INDEX thread_by_activity ON thread (board, last_post);
CREATE INDEX thread_by_seq ON thread (board, board_seq);
CREATE INDEX thread_pinned ON thread (board, last_post) WHERE pinned;
CREATE INDEX thread_featured ON thread (board, last_post) WHERE featured;

CREATE TABLE thread_tag (
    tag    TEXT NOT NULL,
    thread INTEGER NOT NULL REFERENCES thread(id),
    PRIMARY KEY (tag, thread)
) STRICT, WITHOUT ROWID;

-- Tombstones in a board's topic of threads that were moved away. A thread that comes back has none here.
CREATE TABLE thread_moved (
    board  INTEGER NOT NULL,
    seq    INTEGER NOT NULL,
    thread INTEGER NOT NULL,
    PRIMARY KEY (board, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX thread_moved_by_thread ON thread_moved (thread, board);

-- Numbers and floors are given when a post is first visible, in order, and never reused: rows are never deleted.
CREATE TABLE post (
    id       INTEGER PRIMARY KEY,
    thread   INTEGER NOT NULL REFERENCES thread(id),
    floor    INTEGER NOT NULL,
    author   INTEGER NOT NULL,
    created  INTEGER NOT NULL,
    edited   INTEGER NOT NULL DEFAULT 0,
    revision INTEGER NOT NULL DEFAULT 1,
    reply_to INTEGER NOT NULL DEFAULT 0,       -- a floor
    state    INTEGER NOT NULL DEFAULT 0,       -- post_state
    seq      INTEGER NOT NULL,                 -- of the last change in the thread's topic
    body     TEXT NOT NULL                     -- the present text; empty once deleted
) STRICT;
CREATE UNIQUE INDEX post_by_floor ON post (thread, floor);
CREATE INDEX post_by_seq ON post (thread, seq);

-- Earlier texts of posts. The present one stands in post; a deleted post's last text ends here too.
CREATE TABLE revision (
    id     INTEGER PRIMARY KEY,
    post   INTEGER NOT NULL REFERENCES post(id),
    number INTEGER NOT NULL,
    author INTEGER NOT NULL,
    time   INTEGER NOT NULL,
    title  TEXT,                               -- the thread's title then, on its first post
    size   INTEGER NOT NULL,                   -- of the body, bytes, so that lists need not read it
    body   TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX revision_by_number ON revision (post, number);

CREATE TABLE draft (
    id       BLOB PRIMARY KEY,                 -- 16 random bytes
    account  INTEGER NOT NULL REFERENCES account(id),
    version  INTEGER NOT NULL,
    board    INTEGER NOT NULL DEFAULT 0,
    thread   INTEGER NOT NULL DEFAULT 0,
    post     INTEGER NOT NULL DEFAULT 0,
    reply_to INTEGER NOT NULL DEFAULT 0,
    title    TEXT,
    tags     BLOB,                             -- the list as on the wire
    size     INTEGER NOT NULL,                 -- of the body, bytes, so that lists need not read it
    updated  INTEGER NOT NULL,
    seq      INTEGER NOT NULL,                 -- in the account's topic
    body     TEXT NOT NULL
) STRICT;
CREATE INDEX draft_by_account ON draft (account, seq);

-- Tombstones of drafts in their author's topic.
CREATE TABLE draft_gone (
    account INTEGER NOT NULL,
    seq     INTEGER NOT NULL,
    draft   BLOB NOT NULL,
    PRIMARY KEY (account, seq)
) STRICT, WITHOUT ROWID;

-- Read state: one high-water mark per account and thread, one baseline per account and board.
CREATE TABLE mark (
    account INTEGER NOT NULL,
    thread  INTEGER NOT NULL,
    floor   INTEGER NOT NULL,
    PRIMARY KEY (account, thread)
) STRICT, WITHOUT ROWID;
CREATE TABLE baseline (
    account INTEGER NOT NULL,
    board   INTEGER NOT NULL,
    post    INTEGER NOT NULL,                  -- everything up to this post's number counts as read
    PRIMARY KEY (account, board)
) STRICT, WITHOUT ROWID;

CREATE TABLE watch (
    account INTEGER NOT NULL,
    kind    INTEGER NOT NULL,                  -- topic: board or thread
    ref     INTEGER NOT NULL,
    PRIMARY KEY (account, kind, ref)
) STRICT, WITHOUT ROWID;
CREATE INDEX watch_by_object ON watch (kind, ref, account);

CREATE TABLE notice (
    account INTEGER NOT NULL,
    id      INTEGER NOT NULL,                  -- from 1 within the account
    kind    INTEGER NOT NULL,
    time    INTEGER NOT NULL,
    actor   INTEGER NOT NULL DEFAULT 0,        -- account
    board   INTEGER NOT NULL DEFAULT 0,
    thread  INTEGER NOT NULL DEFAULT 0,
    post    INTEGER NOT NULL DEFAULT 0,
    floor   INTEGER NOT NULL DEFAULT 0,
    role    INTEGER NOT NULL DEFAULT 0,
    seq     INTEGER NOT NULL,                  -- in the account's topic
    PRIMARY KEY (account, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX notice_by_seq ON notice (account, seq);

-- Executed operations, for retries. The id starts with its time, so that new rows go to the end and old
-- ones are deleted from the front.
CREATE TABLE operation (
    id      BLOB NOT NULL,
    account INTEGER NOT NULL,
    op      INTEGER NOT NULL,
    hash    BLOB NOT NULL,                     -- of the request's payload
    answer  BLOB,                              -- the reply's payload; NULL for a secret one
    PRIMARY KEY (id, account)
) STRICT, WITHOUT ROWID;
