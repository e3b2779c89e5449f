/*
 * Forms of guests: the token that comes with one, made and read again.
 *
 * A token says when it was made and how much work pays for it, signed with a key of this installation (HMAC-SHA-512-256), and nothing of
 * whoever asked for it. That it is used once only is the store's business (store/guests.h). Pure; any thread.
 */
#ifndef LUNTAN_SERVER_FORUM_GUEST_FORM_H
#define LUNTAN_SERVER_FORUM_GUEST_FORM_H

#include "protocol/limits.h"
#include "protocol/messages.h"

enum {
    GUEST_FORM_KEY = 32, /* bytes */
    GUEST_FORM_ID = 16,
};

struct guest_form {
    uint8_t id[GUEST_FORM_ID]; /* by which it is known again */
    int64_t made;              /* UTC ms */
    unsigned bits;             /* of work */
};

/* Makes a form, and its token: LIMIT_FORM characters of the URL-safe base64 (RFC 4648, section 5), and a NUL. */
void guest_form_make(const uint8_t key[GUEST_FORM_KEY], int64_t now, char token[LIMIT_FORM + 1]);

/* Reads a token. OK; FORM_FORGED: it was not made here; FORM_LATE: it has run out. */
MUST_USE enum status guest_form_read(const uint8_t key[GUEST_FORM_KEY], struct text token, int64_t now, struct guest_form *out);

#endif
