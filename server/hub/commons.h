/*
 * A loop's hub as what the faces of that loop share: both the native face and live pages follow topics there.
 *
 * What a face is given as commons is the loop's `struct hub`. Made with the loop and named to dispatch, freed with it.
 */
#ifndef LUNTAN_SERVER_HUB_COMMONS_H
#define LUNTAN_SERVER_HUB_COMMONS_H

#include "server/dispatch.h"
#include "server/net/face.h"

/* The commons' context; lives as long as the server. */
struct hub_source {
    struct store *store;       /* gives backlogs */
    struct dispatch *dispatch; /* tells of commits */
};

/* What server_start wants to know; its context is a `struct hub_source`. */
const struct commons *hub_commons(void);

#endif
