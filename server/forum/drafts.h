/*
 * Drafts: texts kept on the server until they are posted, so that a long essay survives a bad link.
 *
 * Handlers draft_save, drafts, draft_get and draft_discard (request.h), and what posting needs of them.
 * A draft is its author's alone; each change is told in the author's own topic.
 */
#ifndef LUNTAN_SERVER_FORUM_DRAFTS_H
#define LUNTAN_SERVER_FORUM_DRAFTS_H

#include "server/request.h"

/*
 * Deletes the actor's draft because it is being posted, in the same transaction, and names its event.
 * An absent `draft` is fine. False: there is no such draft of the actor's.
 */
MUST_USE bool draft_take(struct request *r, struct text draft);

/* Whether each of a draft's tags, which are kept as they were typed, has at most LIMIT_TAG characters. */
bool draft_tags_fit(struct items tags);

#endif
