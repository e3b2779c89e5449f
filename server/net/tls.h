/*
 * TLS on the loops: OpenSSL over the loop's shared buffers, with no bytes of its own per connection.
 *
 * tls_configure is for whoever makes a context (main, by certificate.h); the rest is private to net/
 * (connection_private.h).
 */
#ifndef LUNTAN_SERVER_NET_TLS_H
#define LUNTAN_SERVER_NET_TLS_H

struct ssl_ctx_st;

/*
 * Settles on `context` everything but key and certificate: TLS 1.3 (1.2 for browsers only), the choice
 * between luntan/1 and http/1.1, no early data, no compression, no renegotiation, no tickets, buffers given
 * back while idle. Once, before its first use, on any thread.
 */
void tls_configure(struct ssl_ctx_st *context);

#endif
