-- 0022: threads in which what is written waits for a moderator.
ALTER TABLE thread ADD COLUMN hold INTEGER NOT NULL DEFAULT 0;

-- Who locked, held or moved a thread last (decision_act), for its author may not undo what others decided.
CREATE INDEX decision_arranged ON decision (thread, id) WHERE act IN (13, 16, 24);
