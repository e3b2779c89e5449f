/*
 * A reader of the HTML that posts become, stricter than any browser: it knows a few elements, their attributes and what may stand in
 * each, and nothing else. Independent of the code that writes it. For the tests and the fuzz target of Markdown.
 */
#ifndef LUNTAN_TESTS_STRICT_HTML_H
#define LUNTAN_TESTS_STRICT_HTML_H

#include "protocol/text.h"

/* What is wrong with it, as words for a developer; NULL: nothing. */
const char *strict_html_fault(struct text html);

#endif
