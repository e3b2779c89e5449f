-- 0004: search. The index holds terms alone; texts stand in post. See tokenizer.h for how they are cut.
CREATE VIRTUAL TABLE search USING fts5(text, content = '', detail = none, columnsize = 0, tokenize = 'luntan');

-- Posts with lower numbers are not in the index yet; it is built from the newest down while the server runs.
INSERT INTO setting (name, value) SELECT 'search_floor', coalesce(max(id), 0) + 1 FROM post;
