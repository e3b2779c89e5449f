/*
 * A TLS connection to a server: TLS 1.3 only, ALPN luntan/1, the server's name sent.
 *
 * Whom to trust: with `ca_file`, a certificate that verifies against it and bears the host's name;
 * otherwise the one whose fingerprint is expected (from an earlier connection, or pinned in `pins_file`), and on the first contact
 * any, which is then pinned. Reads and writes do not block; socket_wait does. Owns one file descriptor;
 * raises no SIGPIPE. The only file of the library that knows OpenSSL. One thread at a time.
 */
#ifndef LUNTAN_CLIENT_SOCKET_H
#define LUNTAN_CLIENT_SOCKET_H

#include <stddef.h>
#include <stdint.h>

#include "client-lib/luntan.h"
#include "client-lib/pins.h"
#include "client-lib/words.h"

struct socket;

struct socket_options {
    const char *host;
    uint16_t port;
    const char *ca_file, *pins_file; /* NULL: none */
    const char *expected;            /* the fingerprint of an earlier connection; empty: none */
};

/* Why a connection could not be made. */
struct socket_failure {
    enum luntan_result result;
    enum words words;
    char detail[256]; /* of the system or of OpenSSL, or what to look at; may be empty */
};

/* Connects, shakes hands and checks the certificate, until `deadline` (socket_clock). NULL: `failure` says why. */
struct socket *socket_open(const struct socket_options *options, int64_t deadline, struct socket_failure *failure);

/* Says goodbye where that does not block, closes and frees. NULL is fine. */
void socket_close(struct socket *socket);

/* The certificate's SHA-256, 64 hex digits. */
const char *socket_fingerprint(const struct socket *socket);

int socket_fd(const struct socket *socket);

enum { SOCKET_LATER = -1, SOCKET_ENDED = -2 };

/* Bytes read or written now; LATER: none at present, wait; ENDED: the link is broken. */
long socket_read(struct socket *socket, void *at, size_t len);
long socket_write(struct socket *socket, const void *at, size_t len);

/*
 * Waits until something can be read, or (`write`) written, or `deadline` has passed (negative: never).
 * False: the time is over.
 */
bool socket_wait(struct socket *socket, bool write, int64_t deadline);

/* Monotonic milliseconds. */
int64_t socket_clock(void);

#endif
