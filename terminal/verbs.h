/* The handlers of verbs.def, one function each: what they do stands there, what they return in arguments.h. */
#ifndef LUNTAN_TERMINAL_VERBS_H
#define LUNTAN_TERMINAL_VERBS_H

#include "terminal/arguments.h"

#define VERB(words, handler, takes, allows, zh, en) enum outcome verb_##handler(struct terminal *t, const struct arguments *a);
#include "terminal/verbs.def"
#undef VERB

#endif
