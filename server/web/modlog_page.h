/*
 * What moderation leaves on record, in words: shared by its pages (modlog_page.c) and its feed (modlog_feed.c).
 *
 * Owns nothing; all memory is the page's arena. Reader threads, in views.
 */
#ifndef LUNTAN_SERVER_WEB_MODLOG_PAGE_H
#define LUNTAN_SERVER_WEB_MODLOG_PAGE_H

#include "server/web/page.h"

/* What an act was about, as far as everybody may see that now: a thread's title, with the floor; absent where that cannot be told. */
struct text modlog_subject(struct page *p, const struct modlog_record *act);

/* Where that is: a path, or absent. */
struct text modlog_subject_path(struct page *p, const struct modlog_record *act);

/* Whose rule it was: the board's name, or that it is the whole site; absent where the board is not for everybody. */
struct text modlog_place(const struct page *p, const struct modlog_record *act);

/* A head as the terminal prints it, in every language the same: it is kept, and compared. */
struct text modlog_head_line(struct page *p, const struct head_record *head);

/* The path of the log, or with a board's slug of that board's part of it. */
struct text modlog_path(struct page *p, struct text board);

/* The address of its feed, or of a board's part of it, in the reader's language. */
struct text modlog_feed_address(struct page *p, struct text board, enum feed_format format);

#endif
