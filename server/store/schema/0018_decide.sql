-- 0018: decisions about threads. Of a move: the board to which the thread went, and whether it had been kept at the top of the one that it left.
ALTER TABLE decision ADD COLUMN target INTEGER NOT NULL DEFAULT 0;
ALTER TABLE decision ADD COLUMN pinned INTEGER NOT NULL DEFAULT 0;
