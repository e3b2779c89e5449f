-- 0008: moderation. What waits, the queue, decisions, flags, sanctions.

-- Submissions: what was sent and is not visible yet. Only approval makes posts of them, with the numbers and floors of that moment.
CREATE TABLE held (
    no       INTEGER PRIMARY KEY,              -- the order in which they were sent; never told
    id       BLOB NOT NULL UNIQUE,             -- 16 random bytes
    account  INTEGER NOT NULL,                 -- 0: written without an account
    name     TEXT NOT NULL DEFAULT '',         -- the name given then
    kind     INTEGER NOT NULL,                 -- held_kind
    state    INTEGER NOT NULL DEFAULT 0,       -- held_state
    version  INTEGER NOT NULL DEFAULT 1,
    board    INTEGER NOT NULL,                 -- of a new thread; of a reply or edit, the board at that time
    thread   INTEGER NOT NULL DEFAULT 0,
    post     INTEGER NOT NULL DEFAULT 0,       -- the post changed by an edit; once approved, the post
    reply_to INTEGER NOT NULL DEFAULT 0,       -- a floor
    revision INTEGER NOT NULL DEFAULT 0,       -- of an edit: the one that it changes
    minor    INTEGER NOT NULL DEFAULT 0,
    cause    INTEGER NOT NULL,                 -- hold_cause
    sent     INTEGER NOT NULL,
    decision INTEGER NOT NULL DEFAULT 0,       -- the last one on it
    title    TEXT,
    tags     BLOB,                             -- the list as on the wire
    size     INTEGER NOT NULL,                 -- of the body, bytes
    body     TEXT NOT NULL
) STRICT;
CREATE INDEX held_by_account ON held (account, no);
CREATE INDEX held_open ON held (account, no) WHERE state < 2;
CREATE UNIQUE INDEX held_edit ON held (post) WHERE state < 2 AND kind = 2; -- one edit of a post at a time

-- The queue. An item is open until it is decided, withdrawn or settled by another decision; rows stay.
CREATE TABLE item (
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    kind     INTEGER NOT NULL,                 -- item_kind
    rank     INTEGER NOT NULL,                 -- the lower comes first: what is left of the greatest gravity
    created  INTEGER NOT NULL,
    board    INTEGER NOT NULL,                 -- 0: the site's
    thread   INTEGER NOT NULL DEFAULT 0,
    post     INTEGER NOT NULL DEFAULT 0,
    held     BLOB,
    appealed INTEGER NOT NULL DEFAULT 0,       -- the decision appealed from
    author   INTEGER NOT NULL,                 -- whose words or sanction it is about; never in that account's queue
    barred   INTEGER NOT NULL DEFAULT 0,       -- whoever decided before: not in that account's queue either
    flags    INTEGER NOT NULL DEFAULT 0,
    reason   INTEGER NOT NULL DEFAULT 0,       -- of the first flag
    open     INTEGER NOT NULL DEFAULT 1,
    claimant INTEGER NOT NULL DEFAULT 0,
    lease    INTEGER NOT NULL DEFAULT 0,       -- until when the claim holds
    decision INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX item_queue ON item (board, rank, id) WHERE open;
CREATE INDEX item_of_thread ON item (thread) WHERE open;
CREATE UNIQUE INDEX item_flagged ON item (post) WHERE open AND kind = 1;
CREATE UNIQUE INDEX item_held ON item (held) WHERE held IS NOT NULL AND open;

CREATE TABLE decision (
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    time     INTEGER NOT NULL,
    actor    INTEGER NOT NULL,
    act      INTEGER NOT NULL,                 -- decision_act
    reason   INTEGER NOT NULL DEFAULT 0,
    words    TEXT NOT NULL DEFAULT '',
    board    INTEGER NOT NULL DEFAULT 0,       -- 0: the site
    thread   INTEGER NOT NULL DEFAULT 0,
    post     INTEGER NOT NULL DEFAULT 0,
    held     BLOB,
    title    TEXT,
    account  INTEGER NOT NULL,                 -- whom it concerns; 0: somebody without an account
    item     INTEGER NOT NULL DEFAULT 0,
    hash     BLOB,                             -- of what was looked at
    sanction INTEGER NOT NULL DEFAULT 0,
    edited   INTEGER NOT NULL DEFAULT 0,       -- approved with edits
    appeal   INTEGER NOT NULL DEFAULT 0        -- appeal_state
) STRICT;
CREATE INDEX decision_by_account ON decision (account, id);

CREATE TABLE flag (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    item    INTEGER NOT NULL REFERENCES item(id),
    post    INTEGER NOT NULL,
    account INTEGER NOT NULL,
    reason  INTEGER NOT NULL,
    words   TEXT NOT NULL DEFAULT '',
    time    INTEGER NOT NULL
) STRICT;
CREATE INDEX flag_by_account ON flag (account, id);
CREATE UNIQUE INDEX flag_by_item ON flag (item, account); -- once each

CREATE TABLE sanction (
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    account  INTEGER NOT NULL REFERENCES account(id),
    kind     INTEGER NOT NULL,                 -- sanction_kind
    board    INTEGER NOT NULL DEFAULT 0,       -- 0: the whole site
    since    INTEGER NOT NULL,
    until    INTEGER NOT NULL DEFAULT 0,       -- 0: until it is lifted
    reason   INTEGER NOT NULL,
    words    TEXT NOT NULL DEFAULT '',
    decision INTEGER NOT NULL,
    lifted   INTEGER NOT NULL DEFAULT 0        -- when
) STRICT;
CREATE INDEX sanction_by_account ON sanction (account, id);

-- Appeals: what was said against a decision; one each.
CREATE TABLE appeal (
    decision INTEGER PRIMARY KEY REFERENCES decision(id),
    item     INTEGER NOT NULL REFERENCES item(id),
    time     INTEGER NOT NULL,
    words    TEXT NOT NULL
) STRICT;

-- What a notice tells of beside posts, and the rule that a removed post broke.
ALTER TABLE notice ADD COLUMN decision INTEGER NOT NULL DEFAULT 0;
ALTER TABLE notice ADD COLUMN held BLOB;
ALTER TABLE post ADD COLUMN reason INTEGER NOT NULL DEFAULT 0;
-- That a moderator changed the text before it was shown. And of a thread in the bin: the board from which it was removed.
ALTER TABLE post ADD COLUMN moderated INTEGER NOT NULL DEFAULT 0;
ALTER TABLE thread ADD COLUMN origin INTEGER NOT NULL DEFAULT 0;
