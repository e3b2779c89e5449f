/* See certificate.h. Making a self-signed one stands in self_signed.c. */
#include "server/net/certificate.h"

#include <errno.h>
#include <linux/limits.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "server/net/self_signed.h"
#include "server/net/tls.h"

/* Why OpenSSL's call failed, as far as it says so. Takes its errors away. */
static const char *reason(void)
{
    unsigned long error = ERR_peek_error(); /* the first: where it began */
    const char *words;

    ERR_clear_error();
    if (ERR_SYSTEM_ERROR(error))
        return strerror(ERR_GET_REASON(error));
    words = ERR_reason_error_string(error);
    return words ? words : strerror(errno);
}

/* Keys with a passphrase are refused: nobody is there to type it. */
static int no_passphrase(char *out, int cap, int writing, void *context)
{
    (void)out, (void)cap, (void)writing, (void)context;
    return -1;
}

static bool tell_facts(SSL_CTX *context, struct certificate_facts *facts)
{
    X509 *certificate = SSL_CTX_get0_certificate(context);
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned len;
    int days, seconds;

    if (!certificate || X509_digest(certificate, EVP_sha256(), digest, &len) != 1 || len != 32 ||
        ASN1_TIME_diff(&days, &seconds, NULL, X509_get0_notAfter(certificate)) != 1)
        return false;
    for (size_t i = 0; i < len; i++)
        snprintf(facts->fingerprint + 2 * i, 3, "%02x", digest[i]);
    facts->days_left = days;
    return true;
}

/* Which files: those named, or the data directory's own. */
struct files {
    char certificate[PATH_MAX], key[PATH_MAX];
};

static bool find_files(const struct certificate_source *source, struct files *files, struct complaint *complaint)
{
    bool own = !source->certificate[0];
    const char *directory = source->directory;

    if (own) {
        snprintf(files->certificate, PATH_MAX, "%s/tls/certificate.pem", directory);
        snprintf(files->key, PATH_MAX, "%s/tls/key.pem", directory);
    } else {
        snprintf(files->certificate, PATH_MAX, "%s", source->certificate);
        snprintf(files->key, PATH_MAX, "%s", source->key);
    }
    if (!own || !source->make || access(files->certificate, F_OK) == 0)
        return true;
    if (self_signed_make(directory, files->certificate, files->key))
        return true;
    return complain(complaint, source->english, files->certificate, NULL, TELL_CERTIFICATE_UNMADE, TOLD(reason()));
}

struct ssl_ctx_st *certificate_load(const struct certificate_source *source, struct certificate_facts *facts,
                                    struct complaint *complaint)
{
    bool english = source->english, done = false;
    struct files files;
    SSL_CTX *context = NULL;

    ERR_clear_error();
    errno = 0;
    if (!find_files(source, &files, complaint))
        goto out;
    context = SSL_CTX_new(TLS_server_method());
    if (!context) {
        complain(complaint, english, NULL, NULL, TELL_NO_MEMORY, TOLD_NOTHING);
        goto out;
    }
    SSL_CTX_set_default_passwd_cb(context, no_passphrase);
    if (SSL_CTX_use_certificate_chain_file(context, files.certificate) != 1 || !tell_facts(context, facts)) {
        complain(complaint, english, files.certificate, NULL, TELL_CERTIFICATE_UNUSABLE, TOLD(reason()));
        goto out;
    }
    if (SSL_CTX_use_PrivateKey_file(context, files.key, SSL_FILETYPE_PEM) != 1) {
        bool other = ERR_GET_REASON(ERR_peek_last_error()) == X509_R_KEY_VALUES_MISMATCH ||
                     ERR_GET_REASON(ERR_peek_last_error()) == X509_R_KEY_TYPE_MISMATCH;
        complain(complaint, english, files.key, NULL, other ? TELL_KEY_OTHER : TELL_KEY_UNUSABLE,
                 TOLD(other ? files.certificate : reason()));
        goto out;
    }
    tls_configure(context);
    done = true;
out:
    ERR_clear_error();
    if (!done) {
        SSL_CTX_free(context);
        context = NULL;
    }
    return context;
}

void certificate_free(struct ssl_ctx_st *context)
{
    SSL_CTX_free(context);
}
