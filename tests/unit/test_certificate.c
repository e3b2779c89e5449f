/* Certificates: making one, keeping it, and what is said of files that cannot be used. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "server/net/certificate.h"
#include "tests/unit/temporary.h"

static void path_in(char out[256], const struct temporary *directory, const char *name)
{
    snprintf(out, 256, "%s/%s", directory->path, name);
}

static struct certificate_source own(const struct temporary *directory, bool make)
{
    return (struct certificate_source){directory->path, "", "", make, true};
}

static mode_t mode_of(const struct temporary *directory, const char *name)
{
    char path[256];
    struct stat found;

    path_in(path, directory, name);
    assert_int_equal(stat(path, &found), 0);
    return found.st_mode & 0777;
}

static void the_first_start_makes_one_and_the_next_keeps_it(void **state)
{
    struct temporary directory;
    struct certificate_facts first, second;
    struct complaint complaint;

    (void)state;
    temporary_make(&directory);
    struct certificate_source source = own(&directory, true);
    SSL_CTX *context = certificate_load(&source, &first, &complaint);
    assert_non_null(context);
    X509 *certificate = SSL_CTX_get0_certificate(context);
    assert_int_equal(X509_check_host(certificate, "localhost", 0, 0, NULL), 1);
    assert_int_equal(X509_check_ip_asc(certificate, "127.0.0.1", 0), 1);
    assert_int_equal(X509_check_ip_asc(certificate, "::1", 0), 1);
    assert_int_equal(X509_check_host(certificate, "forum.example", 0, 0, NULL), 0);
    assert_int_equal(X509_verify(certificate, X509_get0_pubkey(certificate)), 1);
    certificate_free(context);
    assert_int_equal(strlen(first.fingerprint), 64);
    assert_in_range(first.days_left, 3600, 3650);
    assert_int_equal(mode_of(&directory, "tls"), 0700);
    assert_int_equal(mode_of(&directory, "tls/key.pem"), 0600);
    assert_int_equal(mode_of(&directory, "tls/certificate.pem"), 0600);

    context = certificate_load(&source, &second, &complaint);
    assert_non_null(context);
    certificate_free(context);
    assert_string_equal(first.fingerprint, second.fingerprint);
    temporary_remove(&directory);
}

static void an_interrupted_first_start_is_completed_with_the_same_key(void **state)
{
    struct temporary directory;
    struct certificate_facts facts;
    struct complaint complaint;
    char path[256];

    (void)state;
    temporary_make(&directory);
    struct certificate_source source = own(&directory, true);
    SSL_CTX *before = certificate_load(&source, &facts, &complaint);
    path_in(path, &directory, "tls/certificate.pem");
    assert_int_equal(unlink(path), 0);
    SSL_CTX *after = certificate_load(&source, &facts, &complaint);
    assert_non_null(before);
    assert_non_null(after);
    assert_int_equal(EVP_PKEY_eq(SSL_CTX_get0_privatekey(before), SSL_CTX_get0_privatekey(after)), 1);
    certificate_free(before);
    certificate_free(after);
    temporary_remove(&directory);
}

static void write_text(const char *path, const char *text)
{
    FILE *out = fopen(path, "w");

    assert_non_null(out);
    assert_true(fputs(text, out) >= 0);
    assert_int_equal(fclose(out), 0);
}

static void refused(const struct certificate_source *source, const char *want)
{
    struct certificate_facts facts;
    struct complaint complaint;

    assert_null(certificate_load(source, &facts, &complaint));
    if (!strstr(complaint.text, want))
        fail_msg("said: %s; wanted: %s", complaint.text, want);
}

static void what_cannot_be_used_is_refused_with_its_name(void **state)
{
    struct temporary one, two;
    struct certificate_facts facts;
    struct complaint complaint;
    char certificate[256], key[256], other[256], junk[256];

    (void)state;
    temporary_make(&one);
    temporary_make(&two);
    struct certificate_source source = own(&one, false);
    refused(&source, "certificate.pem: the certificate cannot be used: No such file");
    source = own(&one, true);
    certificate_free(certificate_load(&source, &facts, &complaint));
    source = own(&two, true);
    certificate_free(certificate_load(&source, &facts, &complaint));
    path_in(certificate, &one, "tls/certificate.pem");
    path_in(key, &one, "tls/key.pem");
    path_in(other, &two, "tls/key.pem");
    path_in(junk, &two, "junk.pem");
    write_text(junk, "not a certificate\n");

    refused(&(struct certificate_source){one.path, certificate, other, true, true}, "does not belong to the certificate");
    refused(&(struct certificate_source){one.path, junk, key, true, true}, "junk.pem: the certificate cannot be used");
    refused(&(struct certificate_source){one.path, certificate, junk, true, true}, "junk.pem: the private key cannot be used");
    refused(&(struct certificate_source){one.path, "/nowhere/c.pem", key, true, true}, "/nowhere/c.pem");
    temporary_remove(&one);
    temporary_remove(&two);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_start_makes_one_and_the_next_keeps_it),
        cmocka_unit_test(an_interrupted_first_start_is_completed_with_the_same_key),
        cmocka_unit_test(what_cannot_be_used_is_refused_with_its_name),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
