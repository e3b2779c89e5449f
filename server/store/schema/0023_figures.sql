-- 0023: figures of moderation: sums by the day, kept with every decision, so that asking for them costs the same however much was ever decided.

-- The edges of the histogram of waiting times: a wait counts under the first edge that is not below it, or above the last one.
CREATE TABLE figure_wait (
    no   INTEGER PRIMARY KEY,                  -- from 0
    upto INTEGER NOT NULL                      -- ms
) STRICT;
INSERT INTO figure_wait (no, upto)
SELECT row_number() OVER (ORDER BY column1) - 1, column1 * 60000 FROM (VALUES
    (1), (2), (3), (5), (7), (10), (15), (20), (30), (45), (60), (90), (120), (180), (240), (360), (480), (720), (1080), (1440), (2160), (2880),
    (4320), (5760), (7200), (10080), (14400), (20160), (30240), (43200), (86400));

CREATE TABLE figure (
    board INTEGER NOT NULL,                    -- the decision's; 0: the site
    day   INTEGER NOT NULL,                    -- of the decision: from 1970-01-01 in China (UTC+8)
    actor INTEGER NOT NULL,                    -- who decided
    what  INTEGER NOT NULL,                    -- 0 decided, 1 waited, 2 why it was in the queue, 3 appealed from, 4 overturned, 5 about somebody else who has an account
    value INTEGER NOT NULL,                    -- of these: decision_act; figure_wait, or their number; 256 * item_kind + hold_cause; 0; 0; decision_act
    count INTEGER NOT NULL,
    PRIMARY KEY (board, day, actor, what, value)
) STRICT, WITHOUT ROWID;
CREATE INDEX figure_by_actor ON figure (actor, day);

-- What was decided before.
INSERT INTO figure (board, day, actor, what, value, count)
WITH d AS (SELECT d.board, (d.time + 28800000) / 86400000 AS day, d.actor, d.act, d.account, d.appeal, i.kind, h.cause,
           (SELECT count(*) FROM figure_wait WHERE upto < d.time - i.created) AS wait
           FROM decision d LEFT JOIN item i ON i.id = d.item LEFT JOIN held h ON i.kind = 0 AND h.id = i.held),
     f AS (SELECT board, day, actor, 0 AS what, act AS value FROM d
           UNION ALL SELECT board, day, actor, 1, wait FROM d WHERE kind IS NOT NULL
           UNION ALL SELECT board, day, actor, 2, 256 * kind + coalesce(cause, 0) FROM d WHERE kind IS NOT NULL
           UNION ALL SELECT board, day, actor, 5, act FROM d WHERE account > 0 AND account <> actor
           UNION ALL SELECT board, day, actor, 3, 0 FROM d WHERE appeal > 0
           UNION ALL SELECT board, day, actor, 4, 0 FROM d WHERE appeal = 3)
SELECT board, day, actor, what, value, count(*) FROM f GROUP BY board, day, actor, what, value;
