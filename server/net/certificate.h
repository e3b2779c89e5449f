/*
 * The certificate that the server shows: loaded from PEM files, or self-signed at first start.
 *
 * A self-signed one stands in the data directory, tls/certificate.pem with its key in tls/key.pem (mode 0600,
 * directory 0700): ECDSA over P-256, for this machine's name, localhost and the loopback addresses, ten years.
 * Clients pin it at first contact, by the fingerprint that the administrator reads out. Runs on main, at
 * start and again at each reload; nothing is kept.
 */
#ifndef LUNTAN_SERVER_NET_CERTIFICATE_H
#define LUNTAN_SERVER_NET_CERTIFICATE_H

#include <stdbool.h>
#include <stdint.h>

#include "server/tell.h"

struct ssl_ctx_st; /* an SSL_CTX, so that only net/ includes OpenSSL's headers */

struct certificate_source {
    const char *directory;         /* the data directory */
    const char *certificate, *key; /* PEM files; both empty: the data directory's own */
    bool make;                     /* whether to make one there if it is missing */
    bool english;
};

/* What is known of a certificate that was loaded. */
struct certificate_facts {
    char fingerprint[65]; /* SHA-256 of its DER bytes, lower-case hex */
    int64_t days_left;    /* until it expires; negative: since */
};

/*
 * A context with certificate and key, configured by tls_configure and ready for the loops; the caller frees it.
 * NULL, with a complaint that names the file, where something is missing, unusable or does not fit together.
 */
struct ssl_ctx_st *certificate_load(const struct certificate_source *source, struct certificate_facts *facts,
                                    struct complaint *complaint);

/* Gives up the caller's share of the context. NULL is fine. */
void certificate_free(struct ssl_ctx_st *context);

#endif
