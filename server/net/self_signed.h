/* Makes the data directory's own certificate; for certificate.c. */
#ifndef LUNTAN_SERVER_NET_SELF_SIGNED_H
#define LUNTAN_SERVER_NET_SELF_SIGNED_H

#include <stdbool.h>

/*
 * Writes a self-signed certificate for this machine, in the directory `tls` of `directory`, made if missing. A key that stands there
 * already is used, so that a start that was interrupted is completed by the next. Both files are synced, and have
 * their names only once they are whole. False with errno or OpenSSL's errors set.
 */
bool self_signed_make(const char *directory, const char *certificate_file, const char *key_file);

#endif
