/* A change of a topic as one line of JSON for scripts. Pure. */
#ifndef LUNTAN_SERVER_WEB_LIVE_CHANGE_H
#define LUNTAN_SERVER_WEB_LIVE_CHANGE_H

#include "protocol/text.h"

enum { LIVE_CHANGE = 1024 };

/*
 * Writes the members after the topic's name, with a comma before each, of an encoded change:
 *
 *     ,"seq":57,"post":{"id":90,"thread":12,"floor":8,"author":"liming","revision":1,"state":"visible"}
 *
 * Numbers, names of enumerations, true and false; bytes as base64url (RFC 4648 section 5). What is not there is left out, as is
 * an object that does not fit. Returns the length, 0 where the payload is no change.
 */
size_t live_change_write(char out[LIVE_CHANGE], struct text payload);

#endif
