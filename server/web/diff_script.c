/*
 * See diff_private.h. E. W. Myers, "An O(ND) difference algorithm and its variations" (1986), figure 2, with the furthest points of every
 * round kept, so that the way can be read backwards.
 */
#include <stdint.h>

#include "server/web/diff_private.h"

/* The furthest point of each diagonal after `d` differences: at[k + d] is the place in `before` on diagonal k. */
struct frontier {
    int32_t *at;
};

struct search {
    struct row before, after;
    struct frontier *rounds; /* 0 to the last */
    struct arena *arena;
};

static bool same(const struct search *s, size_t x, size_t y)
{
    return text_equal(s->before.at[x], s->after.at[y]);
}

/* Where diagonal `k` starts in round `d`, given the round before; `down` says that a piece was added to get there. */
static int32_t start_of(const struct search *s, int32_t d, int32_t k, bool *down)
{
    *down = true;
    if (d == 0)
        return 0;
    const int32_t *last = s->rounds[d - 1].at + (d - 1); /* by diagonal */
    *down = k == -d || (k != d && last[k - 1] < last[k + 1]);
    return *down ? last[k + 1] : last[k - 1] + 1;
}

/* One round. 1: the end is reached; 0: not yet; -1: no memory. */
static int run_round(struct search *s, int32_t d)
{
    const int32_t n = (int32_t)s->before.count, m = (int32_t)s->after.count;
    int32_t *at = arena_alloc(s->arena, (size_t)(2 * d + 1) * sizeof *at);
    bool down;

    if (!at)
        return -1;
    s->rounds[d].at = at;
    for (int32_t k = -d; k <= d; k += 2) {
        int32_t x = start_of(s, d, k, &down), y = x - k;
        while (x < n && y >= 0 && y < m && same(s, (size_t)x, (size_t)y)) {
            x++;
            y++;
        }
        at[k + d] = x;
        if (x >= n && y >= m)
            return 1;
    }
    return 0;
}

/* Appends an edit at the end that is being read backwards: to the one put last where it is of the same kind. */
static void put_back(struct script *script, enum edit_kind kind, int32_t before, int32_t after, int32_t count)
{
    struct edit *last = script->count ? &script->at[script->count - 1] : NULL;

    if (count == 0)
        return;
    if (last && last->kind == kind) {
        last->before = (size_t)before;
        last->after = (size_t)after;
        last->count += (size_t)count;
        return;
    }
    script->at[script->count++] = (struct edit){kind, (size_t)before, (size_t)after, (size_t)count};
}

/* The way to the end of round `d`, the last edit first. */
static void read_back(const struct search *s, int32_t d, struct script *script)
{
    int32_t x = (int32_t)s->before.count, y = (int32_t)s->after.count;
    bool down;

    for (; d >= 0; d--) {
        int32_t start = start_of(s, d, x - y, &down);
        put_back(script, EDIT_KEEP, start, start - (x - y), x - start);
        y = start - (x - y);
        x = start;
        if (d == 0)
            break;
        if (down)
            put_back(script, EDIT_ADD, x, --y, 1);
        else
            put_back(script, EDIT_REMOVE, --x, y, 1);
    }
}

/* Puts the script the right way round; adjacent changes become one removal and one addition. */
static void set_right(struct script *script, struct edit *out, size_t *count)
{
    size_t filled = 0;

    for (size_t i = script->count; i > 0;) {
        struct edit removed = {EDIT_REMOVE, script->at[i - 1].before, script->at[i - 1].after, 0}, added = removed;
        added.kind = EDIT_ADD;
        for (; i > 0 && script->at[i - 1].kind != EDIT_KEEP; i--)
            *(script->at[i - 1].kind == EDIT_REMOVE ? &removed.count : &added.count) += script->at[i - 1].count;
        if (removed.count)
            out[filled++] = removed;
        if (added.count)
            out[filled++] = added;
        if (i > 0)
            out[filled++] = script->at[--i];
    }
    *count = filled;
}

/* The middle, which begins and ends with a difference. False: too much differs, or no memory. */
static bool search_middle(struct row before, struct row after, size_t most, struct arena *arena, struct script *script)
{
    struct search s = {before, after, arena_alloc(arena, (most + 1) * sizeof *s.rounds), arena};
    struct script back = {0};
    int done = 0;
    int32_t d;

    if (!s.rounds || before.count > INT32_MAX / 4 || after.count > INT32_MAX / 4)
        return false;
    for (d = 0; (size_t)d <= most && done == 0; d++)
        done = run_round(&s, d);
    if (done != 1)
        return false;
    back.at = arena_alloc(arena, (size_t)(2 * d + 2) * sizeof *back.at);
    script->at = arena_alloc(arena, (size_t)(2 * d + 2) * sizeof *script->at);
    if (!back.at || !script->at)
        return false;
    read_back(&s, d - 1, &back);
    set_right(&back, script->at, &script->count);
    return true;
}

static struct row part(struct row row, size_t from, size_t count)
{
    return (struct row){row.at ? row.at + from : NULL, count};
}

static void put(struct script *script, enum edit_kind kind, size_t before, size_t after, size_t count)
{
    if (count)
        script->at[script->count++] = (struct edit){kind, before, after, count};
}

bool diff_script(struct row before, struct row after, size_t most, struct arena *arena, struct script *script)
{
    size_t least = before.count < after.count ? before.count : after.count, start = 0, end = 0;
    struct script middle = {0};

    while (start < least && text_equal(before.at[start], after.at[start]))
        start++;
    while (end < least - start && text_equal(before.at[before.count - 1 - end], after.at[after.count - 1 - end]))
        end++;
    const size_t removed = before.count - start - end, added = after.count - start - end;
    bool found = removed && added && search_middle(part(before, start, removed), part(after, start, added), most, arena, &middle);
    *script = (struct script){arena_alloc(arena, (middle.count + 4) * sizeof *script->at), 0};
    if (!script->at)
        return false;
    put(script, EDIT_KEEP, 0, 0, start);
    for (size_t i = 0; found && i < middle.count; i++)
        put(script, middle.at[i].kind, middle.at[i].before + start, middle.at[i].after + start, middle.at[i].count);
    if (!found) {
        put(script, EDIT_REMOVE, start, start, removed);
        put(script, EDIT_ADD, start, start, added);
    }
    put(script, EDIT_KEEP, before.count - end, after.count - end, end);
    return true;
}
