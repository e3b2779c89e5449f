-- 0005: the hub (WebSub). Feeds that somebody subscribed to, and who did.

CREATE TABLE push_topic (
    id     INTEGER PRIMARY KEY,
    url    TEXT NOT NULL UNIQUE,               -- the feed's own address
    kind   INTEGER NOT NULL,                   -- feed_kind
    ref    INTEGER NOT NULL,                   -- what it follows: board, thread or account; 0: the site, or by name
    name   TEXT NOT NULL,                      -- of a tag, or a search's question; otherwise ''
    digest BLOB                                -- of the document that subscribers have or are to get; NULL: not fetched yet
) STRICT;

CREATE TABLE push_subscription (
    id       INTEGER PRIMARY KEY,
    topic    INTEGER NOT NULL REFERENCES push_topic(id),
    callback TEXT NOT NULL,
    secret   BLOB,                             -- by which deliveries are signed; NULL: they are not
    expires  INTEGER NOT NULL,
    got      BLOB,                             -- digest of the document that it got last
    tries    INTEGER NOT NULL,                 -- that failed since
    due      INTEGER NOT NULL,                 -- when the next one may be
    UNIQUE (topic, callback)
) STRICT;
