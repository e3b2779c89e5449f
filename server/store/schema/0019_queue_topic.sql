-- 0019: what changed last in each board's queue, for those who follow it.

-- One row for each item and each board in whose queue it has stood. What changes an item marks it here, with sequence 0; the request that
-- did it gives the marks a sequence at its end, inside the same commit.
CREATE TABLE queue_mark (
    board  INTEGER NOT NULL,                   -- 0: the site's queue
    item   INTEGER NOT NULL,
    seq    INTEGER NOT NULL DEFAULT 0,         -- UTC ms of the change, so that it counts nothing; 0: not told yet
    author INTEGER NOT NULL,                   -- neither of these is told; see item
    barred INTEGER NOT NULL,
    PRIMARY KEY (board, item)
) STRICT, WITHOUT ROWID;
CREATE INDEX queue_mark_order ON queue_mark (seq);
CREATE INDEX queue_mark_of_board ON queue_mark (board, seq);

CREATE TRIGGER item_made AFTER INSERT ON item BEGIN
    INSERT OR REPLACE INTO queue_mark (board, item, author, barred) VALUES (NEW.board, NEW.id, NEW.author, NEW.barred);
END;

-- A claim that is only renewed changes nothing that others see before it would have ended.
CREATE TRIGGER item_changed AFTER UPDATE OF board, rank, thread, flags, open, claimant, barred ON item
WHEN OLD.board <> NEW.board OR OLD.rank <> NEW.rank OR OLD.thread <> NEW.thread OR OLD.flags <> NEW.flags OR OLD.open <> NEW.open
    OR OLD.claimant <> NEW.claimant OR OLD.barred <> NEW.barred BEGIN
    INSERT OR REPLACE INTO queue_mark (board, item, author, barred) VALUES (OLD.board, NEW.id, NEW.author, NEW.barred);
    INSERT OR REPLACE INTO queue_mark (board, item, author, barred) VALUES (NEW.board, NEW.id, NEW.author, NEW.barred);
END;

-- Its author mended it: whoever looks at it is to look again.
CREATE TRIGGER item_mended AFTER UPDATE OF version ON held WHEN OLD.version <> NEW.version BEGIN
    INSERT OR REPLACE INTO queue_mark (board, item, author, barred)
        SELECT board, id, author, barred FROM item WHERE held = NEW.id AND held IS NOT NULL AND open;
END;

-- The same of a flagged post.
CREATE TRIGGER item_post_edited AFTER UPDATE OF revision ON post WHEN OLD.revision <> NEW.revision BEGIN
    INSERT OR REPLACE INTO queue_mark (board, item, author, barred)
        SELECT board, id, author, barred FROM item WHERE post = NEW.id AND open AND kind = 1;
END;
