/*
 * The form by which a moderator decides: on an item of the queue, or on a post as it stands (template decide_form).
 *
 * Only makes values for the template, and takes what was typed. Views on reader threads, plans on the loop.
 */
#ifndef LUNTAN_SERVER_WEB_DECIDE_FORM_H
#define LUNTAN_SERVER_WEB_DECIDE_FORM_H

#include "server/web/page.h"

/* One button. Constant. */
struct decide_act {
    enum decision_act act;
    const char *key;  /* access key */
    bool main, grave; /* what is done most; what takes something away */
};

/* What can be decided on items of this kind, or on what waits of a guest's, and how many that are; NULL where the kind is. */
const struct decide_act *decide_acts(const struct enumeration_value *kind, bool guest, size_t *count);

/* Adds the form's values to `o`: it posts to `action`, and carries the hash of what is shown beside it. */
void decide_form(struct page *p, struct object *o, struct text action, struct text hash, const struct decide_act *acts, size_t count);

/* Adds to the form that a sanction may come with the decision. */
void decide_sanction(struct page *p, struct object *o);

/* Adds the reasons that can be chosen, as the list `reasons`. */
void decide_reasons(struct page *p, struct object *o);

/* The request that was typed, without item and post. */
struct decide_request decide_typed(struct page *p);

/* Whether the form is shown again because what it is about was changed. */
bool decide_changed(const struct page *p);

#endif
