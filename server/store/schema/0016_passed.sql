-- 0016: what a moderator let through of an account, by which its first posts are over.
CREATE INDEX held_passed ON held (account) WHERE state = 3 AND kind < 2;
