/* See self_signed.h. */
#include "server/net/self_signed.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    DAY = 24 * 60 * 60,
    VALID_DAYS = 3650,
    HOST_ROOM = 65, /* Linux: names of machines have at most 64 bytes */
};

/* ---- files ---- */

static bool sync_directory(const char *path)
{
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool synced = fd >= 0 && fsync(fd) == 0;

    if (fd >= 0)
        close(fd);
    return synced;
}

/* Writes what `put` puts, under a neighbouring name that is changed when all of it is on disk. */
static bool write_file(const char *path, bool (*put)(FILE *file, void *what), void *what)
{
    char neighbour[PATH_MAX + 8];
    FILE *file = NULL;
    bool written = false;

    snprintf(neighbour, sizeof neighbour, "%s.new", path);
    unlink(neighbour);
    int fd = open(neighbour, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    file = fd >= 0 ? fdopen(fd, "w") : NULL;
    if (!file) {
        if (fd >= 0)
            close(fd);
        return false;
    }
    written = put(file, what) && fflush(file) == 0 && fsync(fd) == 0;
    written = fclose(file) == 0 && written;
    return written && rename(neighbour, path) == 0;
}

static bool put_key(FILE *file, void *key)
{
    return PEM_write_PrivateKey(file, key, NULL, NULL, 0, NULL, NULL) == 1;
}

static bool put_certificate(FILE *file, void *certificate)
{
    return PEM_write_X509(file, certificate) == 1;
}

/* The key of the file, or a new one that is written there. */
static EVP_PKEY *key_of(const char *path)
{
    FILE *file = fopen(path, "re");
    EVP_PKEY *key = NULL;

    if (file) {
        key = PEM_read_PrivateKey(file, NULL, NULL, NULL);
        fclose(file);
        return key;
    }
    if (errno != ENOENT)
        return NULL;
    key = EVP_EC_gen("P-256");
    if (key && !write_file(path, put_key, key)) {
        EVP_PKEY_free(key);
        key = NULL;
    }
    return key;
}

/* ---- the certificate ---- */

/* This machine's name where it can stand in a certificate, otherwise "localhost". */
static void machine_name(char out[HOST_ROOM])
{
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-";

    memset(out, 0, HOST_ROOM);
    if (gethostname(out, HOST_ROOM - 1) != 0 || !out[0] || out[strspn(out, allowed)])
        snprintf(out, HOST_ROOM, "localhost");
}

static bool add_extension(X509 *certificate, int which, const char *value)
{
    X509V3_CTX context;
    X509_EXTENSION *extension;
    bool added;

    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, certificate, certificate, NULL, NULL, 0);
    extension = X509V3_EXT_conf_nid(NULL, &context, which, value);
    added = extension && X509_add_ext(certificate, extension, -1) == 1;
    X509_EXTENSION_free(extension);
    return added;
}

static bool add_names(X509 *certificate)
{
    char host[HOST_ROOM], names[256];
    X509_NAME *subject = X509_get_subject_name(certificate);

    machine_name(host);
    snprintf(names, sizeof names, "%s%s%sDNS:localhost,IP:127.0.0.1,IP:::1", strcmp(host, "localhost") ? "DNS:" : "",
             strcmp(host, "localhost") ? host : "", strcmp(host, "localhost") ? "," : "");
    return X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, (const unsigned char *)host, -1, -1, 0) == 1 &&
           X509_set_issuer_name(certificate, subject) == 1 &&
           add_extension(certificate, NID_subject_alt_name, names);
}

/* A positive number of 127 random bits. */
static bool add_serial(X509 *certificate)
{
    unsigned char bytes[16];
    BIGNUM *number = NULL;
    bool added;

    if (RAND_bytes(bytes, sizeof bytes) != 1)
        return false;
    bytes[0] = (unsigned char)((bytes[0] & 0x7f) | 0x40);
    number = BN_bin2bn(bytes, sizeof bytes, NULL);
    added = number && BN_to_ASN1_INTEGER(number, X509_get_serialNumber(certificate));
    BN_free(number);
    return added;
}

/* Valid from yesterday, since clocks differ. */
static X509 *certificate_for(EVP_PKEY *key)
{
    X509 *certificate = X509_new();

    if (!certificate)
        return NULL;
    if (X509_set_version(certificate, X509_VERSION_3) == 1 && add_serial(certificate) &&
        X509_gmtime_adj(X509_getm_notBefore(certificate), -DAY) &&
        X509_time_adj_ex(X509_getm_notAfter(certificate), VALID_DAYS, 0, NULL) &&
        X509_set_pubkey(certificate, key) == 1 && add_names(certificate) &&
        add_extension(certificate, NID_basic_constraints, "critical,CA:FALSE") &&
        add_extension(certificate, NID_key_usage, "critical,digitalSignature") &&
        add_extension(certificate, NID_ext_key_usage, "serverAuth") &&
        add_extension(certificate, NID_subject_key_identifier, "hash") &&
        X509_sign(certificate, key, EVP_sha256()) > 0)
        return certificate;
    X509_free(certificate);
    return NULL;
}

bool self_signed_make(const char *directory, const char *certificate_file, const char *key_file)
{
    char path[PATH_MAX];
    EVP_PKEY *key = NULL;
    X509 *certificate = NULL;
    bool made = false;

    snprintf(path, sizeof path, "%s/tls", directory);
    if (mkdir(path, 0700) != 0 && errno != EEXIST)
        goto out;
    key = key_of(key_file);
    certificate = key ? certificate_for(key) : NULL;
    made = certificate && write_file(certificate_file, put_certificate, certificate) && sync_directory(path) &&
           sync_directory(directory);
out:
    X509_free(certificate);
    EVP_PKEY_free(key);
    return made;
}
