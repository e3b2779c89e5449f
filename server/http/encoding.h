/*
 * Content codings: which one a browser takes (RFC 9110 section 12.5.3), and bytes in it (gzip by zlib, br by brotli).
 *
 * Pure but for the arena; any thread but a loop's for encoding_apply.
 */
#ifndef LUNTAN_SERVER_HTTP_ENCODING_H
#define LUNTAN_SERVER_HTTP_ENCODING_H

#include "protocol/text.h"
#include "server/util/arena.h"

enum encoding { ENCODING_NONE, ENCODING_GZIP, ENCODING_BROTLI, ENCODINGS };

/* QUICK for what is made for one person, THOROUGH for what is kept, BEST for what is made once at the start. */
enum effort { EFFORT_QUICK, EFFORT_THOROUGH, EFFORT_BEST };

/* The best of those that an Accept-Encoding value takes; none where it is absent. */
enum encoding encoding_choose(struct text accept);
/* As in Content-Encoding; absent for none. */
struct text encoding_name(enum encoding encoding);
/* `bytes` encoded; absent where that is not shorter or memory is short: then say them as they are. */
struct text encoding_apply(enum encoding encoding, enum effort effort, struct text bytes, struct arena *arena);

#endif
