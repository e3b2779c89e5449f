-- 0006: the newest posts wait above the search index, which takes them in groups; up to this one it holds them.
INSERT INTO setting (name, value) SELECT 'search_top', coalesce(max(id), 0) FROM post;
