/*
 * The files that pages are made of: style, script, icons, manifest. The program brings them along (embed.h).
 *
 * Style and script have addresses that tell their bytes, /static/HASH/NAME, and may be kept for ever; an address with
 * another hash, which an older page asks for, gets the present file and may not be kept. The others are where browsers
 * look for them. What is worth it is compressed once, at the start. Constant once made; answering copies nothing and
 * runs on the exchange's loop.
 *
 *     <link rel="stylesheet" href="/static/5f0c9a1be2d3/style.css">
 */
#ifndef LUNTAN_SERVER_WEB_ASSETS_H
#define LUNTAN_SERVER_WEB_ASSETS_H

#include "server/http/http.h"

enum asset {
#define ASSET(NAME, file, type) ASSET_##NAME,
#include "server/web/assets.def"
#undef ASSET
    ASSETS,
};

struct assets;

/* NULL: no memory. Takes some tens of milliseconds, for the compressing. */
struct assets *assets_new(void);
/* After the last answer has left. NULL is nothing. */
void assets_free(struct assets *assets);

/* Its path, for templates. Lives as long as `assets`. */
struct text assets_path(const struct assets *assets, enum asset asset);

/*
 * False: the path is no file's, nothing was done. Otherwise the exchange was answered: with the file in the best coding
 * that the browser takes, its ETag (RFC 9110 section 8.8.3, another one for each coding) and ranges; 404 for a name
 * under /static/ that is none; 405 for what is no GET or HEAD.
 */
bool assets_answer(const struct assets *assets, struct exchange *x);

#endif
