/* See tls.h. */
#include "server/net/tls.h"

#include <limits.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <pthread.h>
#include <string.h>

/* ---- contexts ---- */

static const unsigned char native_name[] = "\x08luntan/1";
static const unsigned char web_name[] = "\x08http/1.1";

enum { NAME = sizeof native_name - 1 };

/* The native protocol where the peer offers it, over TLS 1.3 alone; else the web; else whatever comes without a name. */
static int choose(SSL *ssl, const unsigned char **out, unsigned char *out_len, const unsigned char *in, unsigned in_len, void *unused)
{
    unsigned char *picked = NULL;

    (void)unused;
    if ((SSL_version(ssl) < TLS1_3_VERSION
         || SSL_select_next_proto(&picked, out_len, native_name, NAME, in, in_len) != OPENSSL_NPN_NEGOTIATED)
        && SSL_select_next_proto(&picked, out_len, web_name, NAME, in, in_len) != OPENSSL_NPN_NEGOTIATED)
        return SSL_TLSEXT_ERR_ALERT_FATAL;
    *out = picked;
    return SSL_TLSEXT_ERR_OK;
}

void tls_configure(struct ssl_ctx_st *context)
{
    SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
    /* AES-128 first: strong enough by far, and a fifth cheaper than AES-256 for old phones and for us. TLS 1.2 only as good as 1.3. */
    SSL_CTX_set_ciphersuites(context, "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256");
    SSL_CTX_set_cipher_list(context, "ECDHE+AESGCM:ECDHE+CHACHA20");
    SSL_CTX_set_options(context, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_TICKET
                                     | SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_PRIORITIZE_CHACHA);
    SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_num_tickets(context, 0);
    SSL_CTX_set_max_early_data(context, 0);
    SSL_CTX_set_read_ahead(context, 0);
    SSL_CTX_set_alpn_select_cb(context, choose, NULL);
}

/* ---- the loop's BIO ---- */

static int io_read(BIO *bio, char *at, size_t len, size_t *got)
{
    struct tls_io *io = BIO_get_data(bio);
    size_t left = (size_t)(io->end - io->at);

    BIO_clear_retry_flags(bio);
    if (left == 0) {
        BIO_set_retry_read(bio);
        *got = 0;
        return 0;
    }
    *got = len < left ? len : left;
    memcpy(at, io->at, *got);
    io->at += *got;
    return 1;
}

/* Takes always something: a record never exceeds the scratch buffer once that is empty. */
static int io_write(BIO *bio, const char *at, size_t len, size_t *put)
{
    struct tls_io *io = BIO_get_data(bio);

    BIO_clear_retry_flags(bio);
    if (len > io->out_cap - io->out_len)
        io->full(io);
    if (len > io->out_cap - io->out_len)
        len = io->out_cap - io->out_len;
    memcpy(io->out + io->out_len, at, len);
    io->out_len += len;
    *put = len;
    return 1;
}

static long io_control(BIO *bio, int command, long number, void *pointer)
{
    (void)bio;
    (void)number;
    (void)pointer;
    return command == BIO_CTRL_FLUSH || command == BIO_CTRL_DUP ? 1 : 0;
}

static BIO_METHOD *method;
static pthread_once_t method_once = PTHREAD_ONCE_INIT;

static void method_make(void)
{
    method = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "loop");
    if (!method)
        return;
    BIO_meth_set_read_ex(method, io_read);
    BIO_meth_set_write_ex(method, io_write);
    BIO_meth_set_ctrl(method, io_control);
}

struct bio_st *tls_bio_new(struct tls_io *io)
{
    pthread_once(&method_once, method_make);
    BIO *bio = method ? BIO_new(method) : NULL;
    if (!bio)
        return NULL;
    BIO_set_data(bio, io);
    BIO_set_init(bio, 1);
    return bio;
}

/* ---- sessions ---- */

struct ssl_st *tls_session_new(struct ssl_ctx_st *context, struct bio_st *bio)
{
    SSL *ssl = SSL_new(context);
    if (!ssl)
        return NULL;
    /* One reference for reading, one for writing. */
    BIO_up_ref(bio);
    BIO_up_ref(bio);
    SSL_set0_rbio(ssl, bio);
    SSL_set0_wbio(ssl, bio);
    SSL_set_accept_state(ssl);
    return ssl;
}

static enum tls_outcome outcome(const SSL *ssl, int result)
{
    switch (SSL_get_error(ssl, result)) {
    case SSL_ERROR_NONE:
        return TLS_DONE;
    case SSL_ERROR_WANT_READ:
        return TLS_MORE;
    case SSL_ERROR_ZERO_RETURN:
        return TLS_ENDED;
    default:
        return TLS_FAILED;
    }
}

enum tls_outcome tls_handshake(struct ssl_st *session)
{
    ERR_clear_error();
    return outcome(session, SSL_do_handshake(session));
}

enum tls_outcome tls_read(struct ssl_st *session, void *at, size_t cap, size_t *len)
{
    ERR_clear_error();
    return outcome(session, SSL_read_ex(session, at, cap, len));
}

enum tls_outcome tls_write(struct ssl_st *session, const void *at, size_t len)
{
    const uint8_t *bytes = at;

    ERR_clear_error();
    while (len > 0) {
        size_t put = 0;
        if (SSL_write_ex(session, bytes, len, &put) != 1)
            return TLS_FAILED;
        bytes += put;
        len -= put;
    }
    return TLS_DONE;
}

void tls_shutdown(struct ssl_st *session)
{
    ERR_clear_error();
    if (SSL_is_init_finished(session))
        (void)SSL_shutdown(session);
    ERR_clear_error();
}

bool tls_native(const struct ssl_st *session)
{
    const unsigned char *name = NULL;
    unsigned len = 0;

    SSL_get0_alpn_selected(session, &name, &len);
    return len == NAME - 1 && memcmp(name, native_name + 1, len) == 0;
}
