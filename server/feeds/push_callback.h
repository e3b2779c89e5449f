/*
 * Subscribers' addresses, as far as they can be judged before anything is connected to. Pure; any thread.
 *
 * Where the host's name leads is judged when it is connected to (push_address.h).
 */
#ifndef LUNTAN_SERVER_FEEDS_PUSH_CALLBACK_H
#define LUNTAN_SERVER_FEEDS_PUSH_CALLBACK_H

#include "protocol/text.h"

/*
 * Whether the URL may be called: printable ASCII up to PUSH_MAX_ADDRESS bytes, http or https, port 80, 443 or from 1024 (others
 * are other protocols' doors), without credentials and fragment (RFC 3986).
 */
bool push_callback_may(struct text url);

/* The host of such a URL, lower case, for limits per host; heap, the caller's to free. NULL: no memory, or no such URL. */
char *push_callback_host(const char *url);

#endif
