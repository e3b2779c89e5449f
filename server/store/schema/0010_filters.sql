-- 0010: filters; what was sent lately; what hit a submission or a post.

CREATE TABLE filter (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    name    TEXT NOT NULL UNIQUE,
    text    TEXT NOT NULL,                    -- as its administrator wrote it
    changed INTEGER NOT NULL
) STRICT;

-- The rules of these texts, for what they have hit. A rule keeps its count as long as it keeps its name.
CREATE TABLE filter_rule (
    id     INTEGER PRIMARY KEY AUTOINCREMENT,
    filter INTEGER NOT NULL REFERENCES filter(id),
    place  INTEGER NOT NULL,                  -- in the text, from 0
    name   TEXT NOT NULL,
    action INTEGER NOT NULL,                  -- filter_action
    reason INTEGER NOT NULL,
    hits   INTEGER NOT NULL DEFAULT 0,
    last   INTEGER NOT NULL DEFAULT 0         -- when it hit last
) STRICT;
CREATE UNIQUE INDEX filter_rule_by_name ON filter_rule (filter, name);
CREATE INDEX filter_rule_by_place ON filter_rule (filter, place);

-- Another random number after each change: whoever keeps compiled rules compares it.
CREATE TABLE filter_version (
    version INTEGER NOT NULL
) STRICT;
INSERT INTO filter_version (version) VALUES (0);

-- Threads and replies as they were sent, shown or not: for repeats and rates. Forgotten after 30 days.
CREATE TABLE sent (
    no      INTEGER PRIMARY KEY,
    account INTEGER NOT NULL,
    time    INTEGER NOT NULL,
    print   INTEGER NOT NULL DEFAULT 0        -- of the folded text; 0: it is too short to be told from others
) STRICT;
CREATE INDEX sent_by_account ON sent (account, time);
CREATE INDEX sent_by_print ON sent (print, time) WHERE print <> 0;

ALTER TABLE held ADD COLUMN rule TEXT;        -- FILTER/RULE; for moderators' eyes only
ALTER TABLE item ADD COLUMN rule TEXT;
