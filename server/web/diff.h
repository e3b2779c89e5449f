/*
 * What changed between two texts, as HTML that can be read: paragraphs that stayed, <del> and <ins> inside those that changed, long
 * unchanged stretches folded to a line that says how much. By characters for CJK, by words for Latin. Work is bounded: what differs
 * too much is shown as one text taken out and another put in. Pure but for the arena; store threads.
 */
#ifndef LUNTAN_SERVER_WEB_DIFF_H
#define LUNTAN_SERVER_WEB_DIFF_H

#include "server/web/value.h"

struct html diff_render(struct text before, struct text after, enum lang lang, struct arena *arena);

#endif
