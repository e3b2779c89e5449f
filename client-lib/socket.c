/* See socket.h. */
#include "client-lib/socket.h"

#include <arpa/inet.h>
#include <errno.h>
#include <limits.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static const uint8_t alpn[] = "\x08luntan/1";

struct socket {
    SSL_CTX *context;
    SSL *ssl;
    BIO_METHOD *method;
    int fd;
    bool read_wants_write, write_wants_read; /* what TLS itself waits for */
    char fingerprint[FINGERPRINT_HEX + 1];
};

int64_t socket_clock(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static bool fail(struct socket_failure *failure, enum luntan_result result, enum words words, const char *detail)
{
    *failure = (struct socket_failure){.result = result, .words = words};
    snprintf(failure->detail, sizeof failure->detail, "%s", detail ? detail : "");
    return false;
}

static bool fail_errno(struct socket_failure *failure, enum luntan_result result, enum words words)
{
    char detail[128] = "";
    return fail(failure, result, words, strerror_r(errno, detail, sizeof detail));
}

static bool fail_tls(struct socket_failure *failure, enum luntan_result result, enum words words)
{
    char detail[160] = "";
    unsigned long error = ERR_peek_last_error();

    if (error)
        ERR_error_string_n(error, detail, sizeof detail);
    ERR_clear_error();
    return fail(failure, result, words, detail);
}

/* Waits for `events` on `fd`. False: `deadline` (negative: never) has passed. */
static bool wait_for(int fd, short events, int64_t deadline)
{
    struct pollfd poll_fd = {.fd = fd, .events = events};

    for (;;) {
        int64_t left = deadline < 0 ? -1 : deadline - socket_clock();
        if (deadline >= 0 && left < 0)
            left = 0;
        int ready = poll(&poll_fd, 1, left > INT_MAX ? INT_MAX : (int)left);
        if (ready > 0)
            return true;
        if (ready == 0 && deadline >= 0 && socket_clock() >= deadline)
            return false;
        if (ready < 0 && errno != EINTR)
            return true; /* the next read or write will say what is wrong */
    }
}

/* ---- the transport under TLS: send without SIGPIPE ---- */

static int bio_write(BIO *bio, const char *at, int len)
{
    const struct socket *s = BIO_get_data(bio);
    ssize_t sent = send(s->fd, at, (size_t)len, MSG_NOSIGNAL);

    BIO_clear_retry_flags(bio);
    if (sent < 0 && (errno == EAGAIN || errno == EINTR))
        BIO_set_retry_write(bio);
    return (int)sent;
}

static int bio_read(BIO *bio, char *at, int len)
{
    const struct socket *s = BIO_get_data(bio);
    ssize_t got = recv(s->fd, at, (size_t)len, 0);

    BIO_clear_retry_flags(bio);
    if (got < 0 && (errno == EAGAIN || errno == EINTR))
        BIO_set_retry_read(bio);
    return (int)got;
}

static long bio_control(BIO *bio, int command, long number, void *pointer)
{
    (void)bio, (void)number, (void)pointer;
    return command == BIO_CTRL_FLUSH;
}

static int bio_create(BIO *bio)
{
    BIO_set_init(bio, 1);
    return 1;
}

/* Makes the transport and gives it to the SSL, which owns it from then on. */
static bool attach(struct socket *s)
{
    s->method = BIO_meth_new(BIO_TYPE_SOURCE_SINK, "luntan");
    if (!s->method)
        return false;
    BIO_meth_set_write(s->method, bio_write);
    BIO_meth_set_read(s->method, bio_read);
    BIO_meth_set_ctrl(s->method, bio_control);
    BIO_meth_set_create(s->method, bio_create);
    BIO *bio = BIO_new(s->method);
    if (!bio)
        return false;
    BIO_set_data(bio, s);
    SSL_set_bio(s->ssl, bio, bio);
    return true;
}

/* ---- connecting ---- */

static bool connect_address(const struct addrinfo *address, int64_t deadline, int *out)
{
    int error = 0, one = 1;
    socklen_t len = sizeof error;
    int fd = socket(address->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

    if (fd < 0)
        return false;
    if (connect(fd, address->ai_addr, address->ai_addrlen) != 0) {
        if (errno != EINPROGRESS)
            goto out;
        if (!wait_for(fd, POLLOUT, deadline)) {
            errno = ETIMEDOUT;
            goto out;
        }
        if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &len) != 0 || error) {
            errno = error;
            goto out;
        }
    }
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    *out = fd;
    return true;
out:
    error = errno;
    close(fd);
    errno = error;
    return false;
}

/* Tries each address of the host. The time left is shared, so that a dead address does not use it all. */
static bool connect_host(struct socket *s, const struct socket_options *options, int64_t deadline, struct socket_failure *failure)
{
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_ADDRCONFIG}, *list = NULL;
    char port[8];
    int left = 0;

    snprintf(port, sizeof port, "%u", options->port);
    int error = getaddrinfo(options->host, port, &hints, &list);
    if (error == EAI_MEMORY)
        return fail(failure, LUNTAN_MEMORY, WORDS_MEMORY, NULL);
    if (error)
        return fail(failure, LUNTAN_UNREACHABLE, WORDS_HOST_UNKNOWN, options->host);
    for (const struct addrinfo *a = list; a; a = a->ai_next)
        left++;
    errno = ENOENT;
    for (const struct addrinfo *a = list; a && s->fd < 0; a = a->ai_next, left--) {
        int64_t now = socket_clock();
        if (now < deadline && connect_address(a, now + (deadline - now) / left, &s->fd))
            break;
    }
    if (s->fd < 0)
        fail_errno(failure, LUNTAN_UNREACHABLE, WORDS_UNREACHABLE);
    freeaddrinfo(list);
    return s->fd >= 0;
}

/* ---- TLS ---- */

/* Names the host in the hello and, with `ca_file`, demands a certificate for it. */
static bool expect_host(struct socket *s, const struct socket_options *options)
{
    struct in6_addr address;
    char name[256];
    bool is_address = inet_pton(AF_INET, options->host, &address) == 1 || inet_pton(AF_INET6, options->host, &address) == 1;

    if ((size_t)snprintf(name, sizeof name, "%s", options->host) >= sizeof name)
        return false;
    if (!is_address && SSL_set_tlsext_host_name(s->ssl, name) != 1)
        return false;
    if (!options->ca_file)
        return true;
    SSL_set_verify(s->ssl, SSL_VERIFY_PEER, NULL);
    if (is_address)
        return X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(s->ssl), options->host) == 1;
    return SSL_set1_host(s->ssl, options->host) == 1;
}

static bool prepare(struct socket *s, const struct socket_options *options, struct socket_failure *failure)
{
    s->context = SSL_CTX_new(TLS_client_method());
    if (!s->context)
        return fail_tls(failure, LUNTAN_MEMORY, WORDS_MEMORY);
    SSL_CTX_set_min_proto_version(s->context, TLS1_3_VERSION);
    SSL_CTX_set_max_proto_version(s->context, TLS1_3_VERSION);
    SSL_CTX_set_mode(s->context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS);
    if (options->ca_file && SSL_CTX_load_verify_file(s->context, options->ca_file) != 1)
        return fail_tls(failure, LUNTAN_UNTRUSTED, WORDS_CA_UNREADABLE);
    s->ssl = SSL_new(s->context);
    if (!s->ssl || SSL_set_alpn_protos(s->ssl, alpn, sizeof alpn - 1) != 0 || !expect_host(s, options) || !attach(s))
        return fail_tls(failure, LUNTAN_MEMORY, WORDS_MEMORY);
    return true;
}

static bool fail_handshake(struct socket *s, struct socket_failure *failure)
{
    long verdict = SSL_get_verify_result(s->ssl);

    if (verdict != X509_V_OK && SSL_get_verify_mode(s->ssl) != SSL_VERIFY_NONE)
        return fail(failure, LUNTAN_UNTRUSTED, WORDS_CERTIFICATE_BAD, X509_verify_cert_error_string(verdict));
    if (ERR_peek_error() == 0)
        return fail(failure, LUNTAN_UNREACHABLE, WORDS_LINK_BROKEN, NULL);
    return fail_tls(failure, LUNTAN_PROTOCOL, WORDS_NOT_LUNTAN);
}

static bool shake_hands(struct socket *s, int64_t deadline, struct socket_failure *failure)
{
    const uint8_t *chosen = NULL;
    unsigned len = 0;

    for (;;) {
        ERR_clear_error();
        int done = SSL_connect(s->ssl);
        if (done == 1)
            break;
        int why = SSL_get_error(s->ssl, done);
        if (why != SSL_ERROR_WANT_READ && why != SSL_ERROR_WANT_WRITE)
            return fail_handshake(s, failure);
        if (!wait_for(s->fd, why == SSL_ERROR_WANT_WRITE ? POLLOUT : POLLIN, deadline))
            return fail(failure, LUNTAN_UNREACHABLE, WORDS_TIMEOUT, NULL);
    }
    SSL_get0_alpn_selected(s->ssl, &chosen, &len);
    if (len != alpn[0] || memcmp(chosen, alpn + 1, len) != 0)
        return fail(failure, LUNTAN_PROTOCOL, WORDS_NOT_LUNTAN, NULL);
    return true;
}

/* ---- whom to trust ---- */

static bool take_fingerprint(struct socket *s)
{
    uint8_t digest[EVP_MAX_MD_SIZE];
    unsigned len = 0;
    X509 *certificate = SSL_get0_peer_certificate(s->ssl);

    if (!certificate || X509_digest(certificate, EVP_sha256(), digest, &len) != 1 || len != FINGERPRINT_HEX / 2)
        return false;
    for (size_t i = 0; i < len; i++)
        snprintf(s->fingerprint + 2 * i, 3, "%02x", digest[i]);
    return true;
}

static bool fail_pin(struct socket *s, const char *server, const char *pin, struct socket_failure *failure)
{
    char detail[256];
    snprintf(detail, sizeof detail, "%.90s %s -> %s", server, pin, s->fingerprint);
    return fail(failure, LUNTAN_UNTRUSTED, WORDS_PIN_CHANGED, detail);
}

/* Compares the certificate with the pin, or pins it. With ca_file OpenSSL has decided already. */
static bool check_pin(struct socket *s, const struct socket_options *options, struct socket_failure *failure)
{
    char server[300], pin[FINGERPRINT_HEX + 1] = "";
    enum pins_result found = PINS_UNKNOWN;

    if (!take_fingerprint(s))
        return fail_tls(failure, LUNTAN_PROTOCOL, WORDS_NOT_LUNTAN);
    if (options->ca_file)
        return true;
    snprintf(server, sizeof server, "%s:%u", options->host, options->port);
    if (options->pins_file)
        found = pins_find(options->pins_file, server, pin);
    if (found == PINS_FAILED)
        return fail_errno(failure, LUNTAN_UNTRUSTED, WORDS_PINS_FAILED);
    if (found == PINS_OK && strcmp(pin, s->fingerprint) != 0)
        return fail_pin(s, server, pin, failure);
    if (found == PINS_UNKNOWN && *options->expected && strcmp(options->expected, s->fingerprint) != 0)
        return fail_pin(s, server, options->expected, failure);
    if (found == PINS_UNKNOWN && options->pins_file && pins_add(options->pins_file, server, s->fingerprint) != PINS_OK)
        return fail_errno(failure, LUNTAN_UNTRUSTED, WORDS_PINS_FAILED);
    return true;
}

/* ---- the connection ---- */

struct socket *socket_open(const struct socket_options *options, int64_t deadline, struct socket_failure *failure)
{
    struct socket *s = calloc(1, sizeof *s);

    if (!s) {
        fail(failure, LUNTAN_MEMORY, WORDS_MEMORY, NULL);
        return NULL;
    }
    s->fd = -1;
    ERR_clear_error();
    if (connect_host(s, options, deadline, failure) && prepare(s, options, failure) && shake_hands(s, deadline, failure) &&
        check_pin(s, options, failure))
        return s;
    socket_close(s);
    return NULL;
}

void socket_close(struct socket *s)
{
    if (!s)
        return;
    if (s->ssl && SSL_is_init_finished(s->ssl))
        SSL_shutdown(s->ssl);
    SSL_free(s->ssl);
    SSL_CTX_free(s->context);
    BIO_meth_free(s->method);
    if (s->fd >= 0)
        close(s->fd);
    ERR_clear_error();
    free(s);
}

const char *socket_fingerprint(const struct socket *s)
{
    return s->fingerprint;
}

int socket_fd(const struct socket *s)
{
    return s->fd;
}

/* What a read or write that yielded nothing means; `other` receives whether TLS waits for the other direction. */
static long outcome(struct socket *s, int result, int other_kind, bool *other)
{
    int why = SSL_get_error(s->ssl, result);

    *other = why == other_kind;
    if (why == SSL_ERROR_WANT_READ || why == SSL_ERROR_WANT_WRITE)
        return SOCKET_LATER;
    ERR_clear_error();
    return SOCKET_ENDED;
}

long socket_read(struct socket *s, void *at, size_t len)
{
    size_t got = 0;

    s->read_wants_write = false;
    ERR_clear_error();
    int result = SSL_read_ex(s->ssl, at, len, &got);
    return result == 1 ? (long)got : outcome(s, result, SSL_ERROR_WANT_WRITE, &s->read_wants_write);
}

long socket_write(struct socket *s, const void *at, size_t len)
{
    size_t sent = 0;

    s->write_wants_read = false;
    ERR_clear_error();
    int result = SSL_write_ex(s->ssl, at, len, &sent);
    return result == 1 ? (long)sent : outcome(s, result, SSL_ERROR_WANT_READ, &s->write_wants_read);
}

bool socket_wait(struct socket *s, bool write, int64_t deadline)
{
    bool out = s->read_wants_write || (write && !s->write_wants_read);

    if (SSL_pending(s->ssl) > 0)
        return true;
    return wait_for(s->fd, (short)(POLLIN | (out ? POLLOUT : 0)), deadline);
}
