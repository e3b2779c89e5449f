-- 0020: what people raise (热点难点): posts that moderators marked as a concern of the department's work.

CREATE TABLE concern (
    post  INTEGER PRIMARY KEY REFERENCES post(id),
    kind  INTEGER NOT NULL,                    -- concern_kind
    time  INTEGER NOT NULL,                    -- when it was marked first: it is in the digest of that time, whatever is said of it later
    actor INTEGER NOT NULL,                    -- who marked it last
    words TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX concern_by_time ON concern (time, post);
