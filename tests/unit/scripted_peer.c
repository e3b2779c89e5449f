/* See scripted_peer.h. */
#include "tests/unit/scripted_peer.h"

#include <netinet/in.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

enum { PAYLOAD = 1 << 20, PATIENCE_S = 10 };

struct peer {
    peer_script script;
    void *context;
    const char *alpn;
    SSL_CTX *tls;
    SSL *ssl; /* of the connection under way */
    int listener;
    uint16_t port;
    unsigned connections;
    pthread_mutex_t playing; /* while a connection is under way */
    atomic_bool over;
    pthread_t thread;
    uint8_t payload[PAYLOAD];
};

static _Noreturn void die(const char *what)
{
    perror(what);
    exit(1);
}

/* ---- TLS ---- */

static int choose_protocol(SSL *ssl, const unsigned char **out, unsigned char *len, const unsigned char *in, unsigned in_len, void *context)
{
    const struct peer *peer = context;
    unsigned char *chosen;

    (void)ssl;
    if (SSL_select_next_proto(&chosen, len, (const unsigned char *)peer->alpn, (unsigned)peer->alpn[0] + 1, in, in_len) != OPENSSL_NPN_NEGOTIATED)
        return SSL_TLSEXT_ERR_NOACK;
    *out = chosen;
    return SSL_TLSEXT_ERR_OK;
}

void peer_change_certificate(struct peer *peer)
{
    EVP_PKEY *key = EVP_EC_gen("P-256");
    X509 *certificate = X509_new();

    if (!key || !certificate)
        die("certificate");
    pthread_mutex_lock(&peer->playing);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
    X509_gmtime_adj(X509_getm_notBefore(certificate), -60);
    X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
    X509_set_pubkey(certificate, key);
    X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN", MBSTRING_ASC, (const unsigned char *)"localhost", -1, -1, 0);
    X509_set_issuer_name(certificate, X509_get_subject_name(certificate));
    if (!X509_sign(certificate, key, EVP_sha256()) || SSL_CTX_use_certificate(peer->tls, certificate) != 1 ||
        SSL_CTX_use_PrivateKey(peer->tls, key) != 1)
        die("certificate");
    X509_free(certificate);
    EVP_PKEY_free(key);
    pthread_mutex_unlock(&peer->playing);
}

/* ---- connections ---- */

static void play(struct peer *peer, int fd)
{
    struct timeval patience = {.tv_sec = PATIENCE_S};

    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    peer->ssl = SSL_new(peer->tls);
    if (!peer->ssl || SSL_set_fd(peer->ssl, fd) != 1)
        die("tls");
    unsigned number = peer->connections++;
    if (SSL_accept(peer->ssl) == 1) {
        peer->script(peer, number, peer->context);
        SSL_shutdown(peer->ssl);
    }
    SSL_free(peer->ssl);
    peer->ssl = NULL;
    close(fd);
}

static void *run(void *context)
{
    struct peer *peer = context;
    sigset_t broken_pipe; /* here only: the library under test must raise none */

    sigemptyset(&broken_pipe);
    sigaddset(&broken_pipe, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &broken_pipe, NULL);
    for (;;) {
        int fd = accept4(peer->listener, NULL, NULL, SOCK_CLOEXEC);
        if (atomic_load(&peer->over)) {
            if (fd >= 0)
                close(fd);
            return NULL;
        }
        if (fd < 0)
            die("accept");
        pthread_mutex_lock(&peer->playing);
        play(peer, fd);
        pthread_mutex_unlock(&peer->playing);
    }
}

struct peer *peer_start(peer_script script, void *context, const char *alpn)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof address;
    struct peer *peer = calloc(1, sizeof *peer);

    if (!peer)
        die("memory");
    peer->script = script;
    peer->context = context;
    peer->alpn = alpn;
    pthread_mutex_init(&peer->playing, NULL);
    peer->tls = SSL_CTX_new(TLS_server_method());
    peer->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (!peer->tls || peer->listener < 0 || bind(peer->listener, (const struct sockaddr *)&address, len) != 0 ||
        listen(peer->listener, 8) != 0 || getsockname(peer->listener, (struct sockaddr *)&address, &len) != 0)
        die("listen");
    SSL_CTX_set_alpn_select_cb(peer->tls, choose_protocol, peer);
    peer_change_certificate(peer);
    peer->port = ntohs(address.sin_port);
    if (pthread_create(&peer->thread, NULL, run, peer) != 0)
        die("thread");
    return peer;
}

uint16_t peer_port(const struct peer *peer)
{
    return peer->port;
}

unsigned peer_stop(struct peer *peer)
{
    atomic_store(&peer->over, true);
    shutdown(peer->listener, SHUT_RDWR);
    pthread_join(peer->thread, NULL);
    unsigned connections = peer->connections;
    close(peer->listener);
    SSL_CTX_free(peer->tls);
    pthread_mutex_destroy(&peer->playing);
    free(peer);
    return connections;
}

/* ---- for scripts ---- */

static bool take_bytes(struct peer *peer, uint8_t *at, size_t len)
{
    size_t got;

    for (; len; at += got, len -= got)
        if (SSL_read_ex(peer->ssl, at, len, &got) != 1)
            return false;
    return true;
}

bool peer_take(struct peer *peer, struct frame *frame, struct text *payload)
{
    uint8_t header[FRAME_HEADER];

    if (!take_bytes(peer, header, sizeof header) || !frame_get(header, frame) || frame->len > PAYLOAD ||
        !take_bytes(peer, peer->payload, frame->len))
        return false;
    *payload = (struct text){(const char *)peer->payload, frame->len};
    return true;
}

bool peer_expect(struct peer *peer, const struct message *message, struct frame *frame, void *in)
{
    struct text payload;
    struct fault fault;

    return peer_take(peer, frame, &payload) && frame->kind == FRAME_REQUEST && frame->op == message->op &&
           shape_decode(message->request, payload.at, payload.len, in, &fault) == STATUS_OK;
}

void peer_say_bytes(struct peer *peer, const void *at, size_t len)
{
    size_t sent;
    if (len)
        SSL_write_ex(peer->ssl, at, len, &sent);
}

void peer_say(struct peer *peer, struct frame frame, const void *payload)
{
    uint8_t header[FRAME_HEADER];

    frame_put(header, &frame);
    peer_say_bytes(peer, header, sizeof header);
    peer_say_bytes(peer, payload, frame.len);
}

void peer_say_shape(struct peer *peer, struct frame frame, const struct shape *shape, const void *out)
{
    uint8_t bytes[LIMIT_PART];
    struct wire_writer w = wire_writer_over(bytes, sizeof bytes);

    shape_encode(shape, out, &w);
    frame.len = (uint32_t)w.len;
    peer_say(peer, frame, bytes);
}

void peer_answer(struct peer *peer, const struct frame *request, enum frame_kind kind, const struct shape *shape, const void *out)
{
    peer_say_shape(peer, (struct frame){.kind = (uint8_t)kind, .op = request->op, .id = request->id}, shape, out);
}

bool peer_greet(struct peer *peer)
{
    const struct hello_reply reply = {.version = 1, .epoch = TEXT("epochepo"), .time = 1700000000000, .site = TEXT("排练")};
    struct hello_request hello;
    struct frame frame;

    if (!peer_expect(peer, &messages[INDEX_HELLO], &frame, &hello))
        return false;
    peer_answer(peer, &frame, FRAME_RESPONSE, &shape_hello_reply, &reply);
    return true;
}
