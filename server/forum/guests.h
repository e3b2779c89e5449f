/*
 * What people without an account leave on guestbooks.
 *
 * Handlers guest_challenge and guest_post (request.h). All of it waits for a moderator, and nothing is kept of whoever sent it: no address,
 * and no account, so that nobody can be told what became of it. Against robots each message takes a form (guest_form.h) that is paid for by
 * work (protocol/work.h) or by an answer in words to what the administrator asks. Straight-line code inside a request's transaction.
 */
#ifndef LUNTAN_SERVER_FORUM_GUESTS_H
#define LUNTAN_SERVER_FORUM_GUESTS_H

#include "server/request.h"

/* What everybody without an account is called, before a name of their own: no guest passes for a member. */
struct text guest_title(void);

/* Whether it is a guest's name as it is shown. */
bool guest_is_name(struct text name);

/* The author of a guest's post, for who is told of it (placing.h). `name` is as it is shown. */
struct actor guest_actor(struct text name);

#endif
