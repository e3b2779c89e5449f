-- 0002: a session's token can be replaced, and is to be when what the account may do has changed.

-- Whether the token is to be replaced now: the account's roles, second factor or password changed since it was made.
ALTER TABLE session ADD COLUMN renew INTEGER NOT NULL DEFAULT 0;
-- The token before the present one, and until when it is good too, for requests that are under way.
ALTER TABLE session ADD COLUMN old_hash BLOB;
ALTER TABLE session ADD COLUMN old_until INTEGER NOT NULL DEFAULT 0;
CREATE INDEX session_by_old ON session (old_hash) WHERE old_hash IS NOT NULL;
