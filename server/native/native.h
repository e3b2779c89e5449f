/*
 * The native face: luntan/1 on TLS connections.
 *
 * Owns the sessions of all loops; what they follow is kept by each loop's hub, which is the faces' commons. Turns frames into requests, requests into tasks of the
 * store, answers and events into frames. Everything but native_new and native_free runs on the loops.
 */
#ifndef LUNTAN_SERVER_NATIVE_NATIVE_H
#define LUNTAN_SERVER_NATIVE_NATIVE_H

#include "server/dispatch.h"
#include "server/net/face.h"

struct native;

struct native_options {
    struct store *store;
    const struct site *site; /* lives as long as the face */
};

/* NULL: no memory. */
struct native *native_new(const struct native_options *options);
/* After server_free. */
void native_free(struct native *native);

/* What server_start wants to know; its context is the `struct native`. */
const struct face *native_face(void);

#endif
