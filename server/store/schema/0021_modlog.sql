-- 0021: the public log by boards, so that a board's part of it is read by index. No hash covers this: it repeats what decisions say.
CREATE TABLE audit_board (
    board  INTEGER NOT NULL,
    public INTEGER NOT NULL,                   -- audit.public
    PRIMARY KEY (board, public)
) STRICT, WITHOUT ROWID;
INSERT INTO audit_board (board, public) SELECT d.board, a.public FROM audit a JOIN decision d ON d.id = a.decision WHERE a.public > 0 AND d.board > 0;
