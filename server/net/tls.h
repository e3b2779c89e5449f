/*
 * TLS on the loops: OpenSSL over the loop's shared buffers, with no bytes of its own per connection.
 *
 * One BIO per loop serves all of its connections: it reads from the bytes that were just received and writes
 * into a scratch buffer that the loop sends when the call is over. tls_configure is for whoever makes a context
 * (main, by certificate.h), on any thread; the rest is private to net/ and runs on the loop.
 */
#ifndef LUNTAN_SERVER_NET_TLS_H
#define LUNTAN_SERVER_NET_TLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct bio_st;
struct ssl_ctx_st;
struct ssl_st;

/*
 * Settles on `context` everything but key and certificate: TLS 1.3 (1.2 for browsers only), the choice
 * between luntan/1 and http/1.1, no early data, no compression, no renegotiation, no tickets, buffers given
 * back while idle. Once, before its first use.
 */
void tls_configure(struct ssl_ctx_st *context);

/* What the loop's BIO reads and writes during a call. */
struct tls_io {
    const uint8_t *at, *end;          /* received, not yet read */
    uint8_t *out;
    size_t out_len, out_cap;          /* to be sent */
    void (*full)(struct tls_io *io);  /* sends, so that out_len is 0 again; called when a record does not fit */
};

/* A BIO over `io`, which must outlive it; NULL: no memory. */
struct bio_st *tls_bio_new(struct tls_io *io);

/* A server's session over the loop's BIO, of which it takes references; NULL: no memory. */
struct ssl_st *tls_session_new(struct ssl_ctx_st *context, struct bio_st *bio);

enum tls_outcome { TLS_DONE, TLS_MORE, TLS_ENDED, TLS_FAILED };

/* Goes on with the handshake: DONE, MORE bytes wanted, FAILED. */
enum tls_outcome tls_handshake(struct ssl_st *session);
/* Reads up to `cap` plain bytes: DONE with `*len` set, MORE, ENDED (close_notify), FAILED. */
enum tls_outcome tls_read(struct ssl_st *session, void *at, size_t cap, size_t *len);
/* Writes everything: DONE, FAILED. */
enum tls_outcome tls_write(struct ssl_st *session, const void *at, size_t len);
/* Says close_notify. */
void tls_shutdown(struct ssl_st *session);
/* Whether luntan/1 was chosen. */
bool tls_native(const struct ssl_st *session);

#endif
