/*
 * One makes a page, others wait: visitors who ask for the same page while it is being made get that one, rather than one each.
 *
 * Who comes while a page is being made may not get it if something changed meanwhile: when it is there, each who waited asks again
 * whether what is kept still holds, and the first for whom it does not makes it anew. On one loop, its thread only.
 */
#ifndef LUNTAN_SERVER_WEB_LEADING_H
#define LUNTAN_SERVER_WEB_LEADING_H

#include "server/web/web_private.h"

/* Whether `w`, which has a key, is to make its page. False: somebody does already, and `w` waits. */
MUST_USE bool leading_begin(struct web_loop *local, struct work *w);
/* The page was made, or refused. Those who waited for it, linked by `waiting`; NULL: nobody. */
struct work *leading_end(struct web_loop *local, struct work *w);

#endif
