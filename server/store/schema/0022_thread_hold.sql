-- 0022: threads in which what is written waits for a moderator.
ALTER TABLE thread ADD COLUMN hold INTEGER NOT NULL DEFAULT 0;
