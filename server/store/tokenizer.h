/*
 * How the search index cuts texts into terms: a tokenizer of FTS5 named `luntan`. Private to the engine.
 *
 * Of a document: each dense character (fold.h) alone, each two that stand side by side, each word whole. A line that begins with
 * TOKENIZER_MARK is one term, as it is. Of a query: the text whole, since it was cut already.
 */
#ifndef LUNTAN_SERVER_STORE_TOKENIZER_H
#define LUNTAN_SERVER_STORE_TOKENIZER_H

struct sqlite3;

#define TOKENIZER_MARK "\x02"

/* Makes it known to a connection. SQLite's result. */
int tokenizer_register(struct sqlite3 *handle);

#endif
