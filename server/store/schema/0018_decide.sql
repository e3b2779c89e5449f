-- 0018: decisions about threads. Of a move: the board to which the thread went, and whether it had been kept at the top of the one that it left.
ALTER TABLE decision ADD COLUMN target INTEGER NOT NULL DEFAULT 0;
ALTER TABLE decision ADD COLUMN pinned INTEGER NOT NULL DEFAULT 0;

-- What the queue is filtered by: why something is held, too, stands with its item.
ALTER TABLE item ADD COLUMN cause INTEGER NOT NULL DEFAULT 0; -- hold_cause
UPDATE item SET cause = (SELECT cause FROM held WHERE held.id = item.held) WHERE open AND kind = 0;
CREATE INDEX item_by_kind ON item (board, kind, rank, id) WHERE open;
CREATE INDEX item_by_author ON item (board, author, rank, id) WHERE open;
CREATE INDEX item_by_cause ON item (board, cause, rank, id) WHERE open;
CREATE INDEX item_by_rule ON item (board, rule, rank, id) WHERE open;

-- What a submission said before its author changed it: a moderator may have looked at that, or returned it. It goes when the submission is decided.
CREATE TABLE held_version (
    no       INTEGER PRIMARY KEY,
    held     BLOB NOT NULL,
    hash     BLOB NOT NULL,                    -- as a decision on it would have carried
    returned INTEGER NOT NULL,                 -- a moderator returned it like this
    title    TEXT,
    body     TEXT NOT NULL
) STRICT;
CREATE INDEX held_version_of ON held_version (held, no);

-- Who never gets an item beside its author and whoever decided before: moderators whom its text names; of an appeal, whoever proposed what was decided.
CREATE TABLE item_withheld (
    item    INTEGER NOT NULL REFERENCES item(id),
    account INTEGER NOT NULL,
    PRIMARY KEY (item, account)
) STRICT, WITHOUT ROWID;

-- What a first moderator proposes where a second has to agree. It holds as long as the text is the one that was looked at.
CREATE TABLE proposal (
    item    INTEGER PRIMARY KEY REFERENCES item(id),
    account INTEGER NOT NULL,
    act     INTEGER NOT NULL,                  -- decision_act
    reason  INTEGER NOT NULL,
    words   TEXT NOT NULL,
    hash    BLOB NOT NULL,
    time    INTEGER NOT NULL
) STRICT;
