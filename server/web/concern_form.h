/*
 * The form by which a moderator marks a post as a concern, on the page where posts are moderated (template concern_form).
 *
 * Views on reader threads, plans on the loop.
 */
#ifndef LUNTAN_SERVER_WEB_CONCERN_FORM_H
#define LUNTAN_SERVER_WEB_CONCERN_FORM_H

#include "server/web/page.h"

/* Adds the form to `o`, filled with how the post is marked. */
void concern_form(struct page *p, struct object *o, uint64_t post, const struct post_hash_reply *present);

#endif
