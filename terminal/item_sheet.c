/* See item_sheet.h. */
#include "terminal/item_sheet.h"

#include <stdlib.h>

static void put_words(struct terminal *t, struct sheet *sheet, enum style style, enum saying what)
{
    sheet_put(sheet, style, say_text(t->english, what));
}

static void put_blank(struct sheet *sheet)
{
    sheet_put(sheet, STYLE_PLAIN, (struct text){"", 0});
}

/* "  @li  2026-05-04 09:30", each part where it is there. */
static void put_by(FILE *out, struct text handle, uint64_t time)
{
    char when[TIME_ROOM];

    terminal_time(when, time);
    if (handle.len) {
        fputs("  @", out);
        display_line(out, handle);
    }
    fprintf(out, "  %s", when);
}

/* Where it stands, by whom, since when, and why it is here. */
static void put_head(struct terminal *t, struct sheet *sheet, const struct item_record *i)
{
    char *text = NULL;
    size_t len = 0;
    FILE *out = open_memstream(&text, &len);

    if (!out)
        return;
    display_line(out, t->english && i->board_name_en.len ? i->board_name_en : i->board_name);
    put_by(out, i->author, i->created);
    fputs("  ", out);
    if (i->kind == ITEM_KIND_HELD)
        display_line(out, terminal_value(t, &enumeration_hold_cause, i->cause));
    if (i->rule.len) {
        fputs("  ", out);
        say_part(out, t->english, SAY_ITEM_RULE, SAID_TEXT(i->rule));
    }
    sheet_put_stream(sheet, STYLE_FAINT, out, &text);
    if (i->title.len)
        sheet_put(sheet, STYLE_BOLD, i->title);
}

static void put_before(struct terminal *t, struct sheet *sheet, struct items before)
{
    struct post_record post;

    while (items_next(&before, &shape_post_record, &post)) {
        char *text = NULL;
        size_t len = 0;
        FILE *out = open_memstream(&text, &len);
        if (!out)
            return;
        say_part(out, t->english, SAY_FLOOR, SAID_NUMBER(post.floor));
        put_by(out, post.author, post.created);
        sheet_put_stream(sheet, STYLE_FAINT, out, &text);
        sheet_put(sheet, STYLE_FAINT, post.body);
    }
}

/* The text to be decided on; of an edit, what it changes behind it. */
static void put_texts(struct terminal *t, struct sheet *sheet, struct items texts)
{
    struct held_record held;
    bool first = true;

    while (items_next(&texts, &shape_held_record, &held)) {
        put_blank(sheet);
        if (!first)
            put_words(t, sheet, STYLE_BOLD, SAY_UI_ITEM_PRESENT);
        sheet_put(sheet, first ? STYLE_PLAIN : STYLE_FAINT, held.body);
        first = false;
    }
}

/* A line for a flag or a decision: what, why, in which words, when. */
static void put_line(struct terminal *t, struct sheet *sheet, struct text what, enum reason reason, struct text words, uint64_t time)
{
    char *text = NULL, when[TIME_ROOM];
    size_t len = 0;
    FILE *out = open_memstream(&text, &len);

    if (!out)
        return;
    terminal_time(when, time);
    display_line(out, what);
    if (reason != REASON_NONE) {
        fputs(what.len ? "  " : "", out);
        display_line(out, terminal_value(t, &enumeration_reason, reason));
    }
    if (words.len) {
        fputs(": ", out);
        display_line(out, words);
    }
    fprintf(out, "  %s", when);
    sheet_put_stream(sheet, STYLE_PLAIN, out, &text);
}

static void put_flags(struct terminal *t, struct sheet *sheet, struct items flags)
{
    struct flag_record flag;

    if (flags.count) {
        put_blank(sheet);
        put_words(t, sheet, STYLE_BOLD, SAY_UI_ITEM_FLAGS);
    }
    while (items_next(&flags, &shape_flag_record, &flag))
        put_line(t, sheet, (struct text){"", 0}, flag.reason, flag.words, flag.time);
}

static void put_author(struct terminal *t, struct sheet *sheet, const struct item_get_reply *of)
{
    struct items decisions = of->decisions;
    struct decision_record decision;
    char since[TIME_ROOM], line[256];

    put_blank(sheet);
    if (of->author_since) {
        terminal_time(since, of->author_since);
        say_into(line, sizeof line, t->english, SAY_ITEM_STANDING,
                 (const struct said[]){SAID_TEXT(text_of(since)), SAID_NUMBER(of->author_posts), SAID_END});
        sheet_put(sheet, STYLE_FAINT, text_of(line));
    }
    while (items_next(&decisions, &shape_decision_record, &decision))
        put_line(t, sheet, terminal_value(t, &enumeration_decision_act, decision.act), decision.reason, decision.words, decision.time);
}

void item_sheet(struct terminal *t, struct sheet *sheet, const struct item_record *item, const struct item_get_reply *of)
{
    put_head(t, sheet, item);
    if (of->appeal.len) {
        put_blank(sheet);
        put_words(t, sheet, STYLE_BOLD, SAY_UI_ITEM_APPEAL);
        sheet_put(sheet, STYLE_PLAIN, of->appeal);
    }
    put_texts(t, sheet, of->held);
    put_flags(t, sheet, of->flags);
    put_author(t, sheet, of);
    if (of->before.count) {
        put_blank(sheet);
        put_words(t, sheet, STYLE_BOLD, SAY_UI_ITEM_BEFORE);
        put_before(t, sheet, of->before);
    }
}
