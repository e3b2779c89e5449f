/*
 * What the pages of administration share. Who may administer is the core's to say; these pages ask it before they show a form. On a
 * page's reader thread, but for admin_ask_twice, which belongs to a plan.
 */
#ifndef LUNTAN_SERVER_WEB_ADMIN_PAGE_H
#define LUNTAN_SERVER_WEB_ADMIN_PAGE_H

#include "server/web/form_page.h"

extern const struct form_place admin_place;

/* Whether the asker may administer now; why not, where it is asked for. A refusal of the page that was there stays. */
bool admin_may(struct page *p, struct refusal *why);

/* Whether the asker may administer now. Otherwise the page becomes the refusal. */
MUST_USE bool admin_enter(struct page *p);

/*
 * For plans whose act is not easily undone: whether the form has been asked about already. Otherwise the submission becomes that
 * question, in these words about params[0], with the form's fields carried on.
 */
MUST_USE bool admin_is_sure(struct page *p, struct submission *s, enum words question);

#endif
