/* See diff.h. Lines are compared first, then the words of those that changed. */
#include <utf8proc.h>

#include "server/util/words.h"
#include "server/web/diff.h"
#include "server/web/diff_private.h"
#include "server/web/markup.h"

enum {
    SCRATCH = 64 * 1024 * 1024,      /* what one comparison may take */
    LINE_SCRATCH = 16 * 1024 * 1024, /* what the words of one line may take */
    LINES_MOST = 500,                /* lines that differ, and words of one line */
    WORDS_MOST = 300,
    AROUND = 2,                      /* unchanged lines shown beside a change */
    FOLD_LEAST = 3,                  /* lines that are worth a line of their own */
};

struct diff {
    struct markup out;
    struct arena *line_scratch; /* reset for each line */
    enum lang lang;
    struct row before, after;
};

/* ---- into pieces ---- */

/* The text's lines, without their ends. */
static bool split_lines(struct text text, struct arena *arena, struct row *row)
{
    size_t count = 1, filled = 0;

    for (size_t i = 0; i < text.len; i++)
        count += text.at[i] == '\n';
    struct text *lines = arena_alloc(arena, count * sizeof *lines);
    if (!lines)
        return false;
    while (text.len) {
        const char *end = memchr(text.at, '\n', text.len);
        size_t len = end ? (size_t)(end - text.at) : text.len, past = end ? len + 1 : len;
        lines[filled++] = (struct text){text.at, len > 0 && text.at[len - 1] == '\r' ? len - 1 : len};
        text = (struct text){text.at + past, text.len - past};
    }
    *row = (struct row){lines, filled};
    return true;
}

enum piece_kind { PIECE_WORD, PIECE_BLANK, PIECE_JOINS, PIECE_ALONE };

/* What the character is to the one before it. Those of scripts without spaces stand alone, as signs do. */
static enum piece_kind kind_of(utf8proc_int32_t c)
{
    const utf8proc_category_t category = utf8proc_category(c);

    if (category >= UTF8PROC_CATEGORY_MN && category <= UTF8PROC_CATEGORY_ME)
        return PIECE_JOINS;
    if (c == ' ' || c == '\t')
        return PIECE_BLANK;
    if (c < 0x2e80 && category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_NO)
        return PIECE_WORD;
    return PIECE_ALONE;
}

static bool split_words(struct text line, struct arena *arena, struct row *row)
{
    struct text *words = arena_alloc(arena, (line.len + 1) * sizeof *words);
    enum piece_kind last = PIECE_ALONE;
    size_t filled = 0;

    if (!words)
        return false;
    for (size_t at = 0; at < line.len;) {
        utf8proc_int32_t c = -1;
        utf8proc_ssize_t read = utf8proc_iterate((const utf8proc_uint8_t *)line.at + at, (utf8proc_ssize_t)(line.len - at), &c);
        size_t len = read > 0 ? (size_t)read : 1;
        enum piece_kind kind = read > 0 ? kind_of(c) : PIECE_ALONE;
        if (filled && (kind == PIECE_JOINS || (kind == last && kind != PIECE_ALONE)))
            words[filled - 1].len += len;
        else
            words[filled++] = (struct text){line.at + at, len};
        last = kind == PIECE_JOINS ? last : kind;
        at += len;
    }
    *row = (struct row){words, filled};
    return true;
}

/* The pieces from `from` on, which lie side by side, as one text. */
static struct text joined(struct row row, size_t from, size_t count)
{
    if (count == 0)
        return (struct text){"", 0};
    const struct text *first = &row.at[from], *last = &row.at[from + count - 1];
    return (struct text){first->at, (size_t)(last->at - first->at) + last->len};
}

/* ---- writing ---- */

/* Where change stands alone by its looks, its beginning and end are said too. */
static void say_hidden(struct diff *d, enum words words)
{
    markup_put(&d->out, "<span class=\"hidden\">");
    markup_words(&d->out, words, d->lang, TEXT(""));
    markup_put(&d->out, "</span>");
}

static void write_change(struct diff *d, bool added, struct text text)
{
    if (text.len == 0)
        return;
    markup_put(&d->out, added ? "<ins>" : "<del>");
    say_hidden(d, added ? WORDS_diff_added : WORDS_diff_removed);
    markup_lines(&d->out, text);
    say_hidden(d, added ? WORDS_diff_added_end : WORDS_diff_removed_end);
    markup_put(&d->out, added ? "</ins>" : "</del>");
}

/* Lines that are new or gone; empty ones alone, which part paragraphs, show as a sign. */
static void write_whole(struct diff *d, bool added, struct row lines, size_t from, size_t to)
{
    struct text text = joined(lines, from, to - from);

    if (from == to)
        return;
    markup_put(&d->out, "<p>");
    write_change(d, added, words_is_body(text) ? text : TEXT("¶"));
    markup_put(&d->out, "</p>\n");
}

static void write_line(struct diff *d, struct text line)
{
    if (!words_is_body(line))
        return;
    markup_put(&d->out, "<p>");
    markup_escape(&d->out, line);
    markup_put(&d->out, "</p>\n");
}

/* ---- inside a line ---- */

/* Bytes that stay. */
static size_t kept_bytes(const struct script *script, struct row before)
{
    size_t kept = 0;

    for (size_t i = 0; i < script->count; i++) {
        const struct edit *edit = &script->at[i];
        if (edit->kind == EDIT_KEEP)
            kept += joined(before, edit->before, edit->count).len;
    }
    return kept;
}

/*
 * Whether a piece that stayed is so short between changes that reading is easier without it: a single character or word where two
 * others or more changed on each side.
 */
static bool is_crumb(const struct script *script, size_t i)
{
    const struct edit *at = script->at;
    return i > 0 && i + 1 < script->count && at[i].kind == EDIT_KEEP && at[i].count == 1 && at[i - 1].count > 1 && at[i + 1].count > 1;
}

static void write_words(struct diff *d, const struct script *script, struct row before, struct row after)
{
    markup_put(&d->out, "<p>");
    for (size_t i = 0; i < script->count;) {
        if (script->at[i].kind == EDIT_KEEP) {
            markup_escape(&d->out, joined(before, script->at[i].before, script->at[i].count));
            i++;
            continue;
        }
        const struct edit *first = &script->at[i];
        size_t removed = 0, added = 0;
        for (; i < script->count && (script->at[i].kind != EDIT_KEEP || is_crumb(script, i)); i++) {
            removed += script->at[i].kind != EDIT_ADD ? script->at[i].count : 0;
            added += script->at[i].kind != EDIT_REMOVE ? script->at[i].count : 0;
        }
        write_change(d, false, joined(before, first->before, removed));
        write_change(d, true, joined(after, first->after, added));
    }
    markup_put(&d->out, "</p>\n");
}

/* How a line became another, by words. False: less than a third of the shorter one stayed. */
static bool compare_words(struct diff *d, struct text from, struct text to, struct row *before, struct row *after, struct script *script)
{
    const size_t shorter = from.len < to.len ? from.len : to.len;

    arena_reset(d->line_scratch);
    return words_is_body(from) && words_is_body(to) && split_words(from, d->line_scratch, before) &&
           split_words(to, d->line_scratch, after) && diff_script(*before, *after, WORDS_MOST, d->line_scratch, script) &&
           kept_bytes(script, *before) * 3 >= shorter;
}

/* ---- lines ---- */

/*
 * Lines removed and lines put in their place: the first is compared with the first, and so on. What has no like there is told whole,
 * as one text out and one in.
 */
static void write_changed_lines(struct diff *d, const struct edit *removed, const struct edit *added)
{
    size_t x = removed ? removed->before : 0, y = added ? added->after : 0;
    const size_t x_end = x + (removed ? removed->count : 0), y_end = y + (added ? added->count : 0);
    const size_t pairs = x_end - x < y_end - y ? x_end - x : y_end - y;
    size_t told_x = x, told_y = y;

    for (size_t i = 0; i < pairs && pairs <= LINES_MOST; i++, x++, y++) {
        struct row before, after;
        struct script script;
        if (!compare_words(d, d->before.at[x], d->after.at[y], &before, &after, &script))
            continue;
        write_whole(d, false, d->before, told_x, x);
        write_whole(d, true, d->after, told_y, y);
        write_words(d, &script, before, after);
        told_x = x + 1;
        told_y = y + 1;
    }
    write_whole(d, false, d->before, told_x, x_end);
    write_whole(d, true, d->after, told_y, y_end);
}

static void write_lines(struct diff *d, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++)
        write_line(d, d->after.at[i]);
}

/* Lines that stayed: those beside a change, and how many lie further away. */
static void write_kept_lines(struct diff *d, const struct edit *kept, bool first, bool last)
{
    const size_t end = kept->after + kept->count;
    const size_t head = first ? 0 : AROUND, tail = last ? 0 : AROUND;
    size_t folded = 0;

    if (kept->count <= head + tail) {
        write_lines(d, kept->after, end);
        return;
    }
    for (size_t i = kept->after + head; i < end - tail; i++)
        folded += words_is_body(d->after.at[i]);
    if (folded < FOLD_LEAST) {
        write_lines(d, kept->after, end);
        return;
    }
    write_lines(d, kept->after, kept->after + head);
    markup_put(&d->out, "<p class=\"muted\">");
    markup_words(&d->out, WORDS_diff_folded, d->lang, arena_format(d->out.arena, "%zu", folded));
    markup_put(&d->out, "</p>\n");
    write_lines(d, end - tail, end);
}

static void write_script(struct diff *d, const struct script *script)
{
    for (size_t i = 0; i < script->count; i++) {
        const struct edit *edit = &script->at[i], *next = i + 1 < script->count ? edit + 1 : NULL;
        if (edit->kind == EDIT_KEEP) {
            write_kept_lines(d, edit, i == 0, !next);
        } else if (edit->kind == EDIT_REMOVE && next && next->kind == EDIT_ADD) {
            write_changed_lines(d, edit, next);
            i++;
        } else if (edit->kind == EDIT_REMOVE) {
            write_changed_lines(d, edit, NULL);
        } else {
            write_changed_lines(d, NULL, edit);
        }
    }
}

struct html diff_render(struct text before, struct text after, enum lang lang, struct arena *arena)
{
    struct diff d = {.out = {.arena = arena_new(SCRATCH)}, .line_scratch = arena_new(LINE_SCRATCH), .lang = lang};
    struct script script;
    struct html result = {{NULL, 0}};

    if (!d.out.arena || !d.line_scratch || !split_lines(before, d.out.arena, &d.before) || !split_lines(after, d.out.arena, &d.after) ||
        !diff_script(d.before, d.after, LINES_MOST, d.out.arena, &script))
        goto out;
    if (script.count > 1 || (script.count == 1 && script.at[0].kind != EDIT_KEEP)) {
        write_script(&d, &script);
    } else {
        markup_put(&d.out, "<p class=\"muted\">");
        markup_words(&d.out, WORDS_diff_same, lang, TEXT(""));
        markup_put(&d.out, "</p>\n");
    }
    result = markup_html(&d.out, arena);
out:
    arena_free(d.out.arena);
    arena_free(d.line_scratch);
    return result;
}
