/*
 * A listening socket in the file system, for a proxy on the same machine.
 *
 * Its mode is 0660, so that the proxy's group can be given to its directory or to the server. One that nobody listens on
 * any more is replaced; anything else in its place is left alone. It is taken away at the end, if it is still ours. Main's thread.
 */
#ifndef LUNTAN_SERVER_NET_LOCAL_SOCKET_H
#define LUNTAN_SERVER_NET_LOCAL_SOCKET_H

#include "server/net/server.h"

struct local_socket;

/* Binds it; NULL with `refusal` filled where that is not possible. */
struct local_socket *local_socket_open(const char *path, struct server_refusal *refusal);
/* What the loops listen on copies of; ours until local_socket_shared. */
int local_socket_bound(const struct local_socket *local);
/* All have theirs: once they close them, nobody can connect any more. */
void local_socket_shared(struct local_socket *local);
/* NULL is nothing. */
void local_socket_close(struct local_socket *local);

#endif
