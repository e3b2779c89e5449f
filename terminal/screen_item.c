/* See screen_item.h. */
#include "terminal/screen_item.h"

#include <stdlib.h>
#include <time.h>

#include "terminal/item_sheet.h"
#include "terminal/pick.h"

enum { HASH = 32, RENEWED = 3 /* times before a claim would end */, IDLE_MS = 1000 };

struct deciding {
    uint64_t item;
    enum item_kind kind;
    char hash[HASH];       /* of what is on the screen */
    char title[LIMIT_TITLE * 4 + 1];
    struct sheet sheet;
    uint32_t topic;
    int64_t renewed;       /* monotonic ms, as is the next */
    int64_t caught_up;
    bool mine;             /* it is claimed by who looks at it */
    bool over;             /* it waits no more */
    bool stale;            /* something happened in the queue */
};

/* What a key decides, on which kinds of items, and whether it owes a reason. */
static const struct act {
    char key;
    enum decision_act act;
    bool held, flagged, appeal, owes;
} acts[] = {
    {'a', DECISION_ACT_APPROVE, true, false, false, false}, {'r', DECISION_ACT_RETURN, true, false, false, true},
    {'k', DECISION_ACT_KEEP, false, true, false, false},    {'h', DECISION_ACT_HIDE, false, true, false, true},
    {'s', DECISION_ACT_RESTORE, false, true, false, false}, {'d', DECISION_ACT_REMOVE, true, true, false, true},
    {'u', DECISION_ACT_UPHOLD, false, false, true, false},  {'o', DECISION_ACT_OVERTURN, false, false, true, false},
};
enum { ACTS = sizeof acts / sizeof *acts };

static bool fits(const struct act *act, enum item_kind kind)
{
    return kind == ITEM_KIND_HELD ? act->held : kind == ITEM_KIND_FLAGGED ? act->flagged : act->appeal;
}

static int64_t clock_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* ---- claiming ---- */

/* Says who has it, where that is another. */
static void claim(struct ui *ui, struct deciding *s)
{
    const struct claim_request in = {.item = s->item};
    bool had = s->mine;
    struct claim_reply out;

    s->renewed = clock_ms();
    if (!ui_did(ui, luntan_claim(ui->t->forum, &in, &out)))
        return;
    s->mine = out.mine;
    if (!out.mine) {
        UI_SAY(ui, had ? SAY_UI_ITEM_LOST : SAY_CLAIMED_BY, SAID_TEXT(out.by));
        ui->alarm = true;
    }
}

static void release(struct ui *ui, struct deciding *s)
{
    const struct claim_request in = {.item = s->item, .release = true};
    struct claim_reply out;

    if (s->mine && !s->over && !ui->offline)
        (void)luntan_claim(ui->t->forum, &in, &out);
    s->mine = false;
}

/* ---- looking ---- */

/* Shows the item as it is now. `changed` where the text on the screen was another before. */
static bool look(struct ui *ui, struct deciding *s, bool *changed)
{
    const struct item_get_request in = {.item = s->item};
    struct item_get_reply out;
    struct items one;
    struct item_record item;

    if (!ui_did(ui, luntan_item_get(ui->t->forum, &in, &out)))
        return false;
    one = out.item;
    if (out.hash.len != HASH || !items_next(&one, &shape_item_record, &item))
        return false;
    *changed = memcmp(s->hash, out.hash.at, HASH) != 0;
    memcpy(s->hash, out.hash.at, HASH);
    s->kind = item.kind;
    s->mine = item.mine;
    snprintf(s->title, sizeof s->title, "%.*s", (int)item.title.len, item.title.at ? item.title.at : "");
    if (*changed) {
        sheet_clear(&s->sheet);
        item_sheet(ui->t, &s->sheet, &item, &out);
    }
    return true;
}

/* From the list to an item, or from one to the next. */
static bool open_item(struct ui *ui, struct deciding *s, uint64_t item)
{
    bool changed;

    s->item = item;
    s->over = s->mine = s->stale = false;
    memset(s->hash, 0, sizeof s->hash);
    claim(ui, s);
    return look(ui, s, &changed);
}

/* The first that nobody else is at, behind the present one if there is any. */
static uint64_t next_of(struct ui *ui, uint64_t seen)
{
    struct queue_reply out;
    struct item_record item;
    uint64_t first = 0;

    if (!ui_did(ui, luntan_queue(ui->t->forum, &(struct queue_request){.unclaimed = true}, &out)))
        return 0;
    while (items_next(&out.items, &shape_item_record, &item)) {
        if (item.item > seen)
            return item.item;
        first = first || item.item == seen ? first : item.item;
    }
    return first;
}

static void go_on(struct ui *ui, struct deciding *s)
{
    uint64_t next;

    release(ui, s);
    next = next_of(ui, s->item);
    if (next && open_item(ui, s, next))
        return;
    if (!next && !ui->status[0])
        UI_SAY(ui, SAY_UI_QUEUE_EMPTY);
    ui_pop(ui);
}

/* ---- deciding ---- */

static void decide(struct ui *ui, struct deciding *s, const struct act *act)
{
    char words[LIMIT_WORDS * 4 + 1] = "", said[STATUS_ROOM], hash[HASH];
    struct decide_request in = {.item = s->item, .act = act->act, .hash = {hash, HASH}};
    struct decide_reply out;
    bool changed;

    memcpy(hash, s->hash, HASH); /* of what was seen when the key was pressed, whatever comes meanwhile */
    if (act->owes) {
        in.reason = (enum reason)pick_value(ui, SAY_UI_PICK_REASON, &enumeration_reason);
        if (in.reason == REASON_NONE || !ui_ask(ui, SAY_UI_ASK_WORDS, words, sizeof words))
            return;
        in.words = words[0] ? text_of(words) : (struct text){NULL, 0};
    }
    enum luntan_result result = luntan_decide(ui->t->forum, &in, &out);
    if (ui_did(ui, result)) {
        const struct decide_reply done = out; /* numbers alone; its texts go with the next call */
        s->over = true;
        go_on(ui, s);
        if (!ui->status[0])
            UI_SAY(ui, done.second ? SAY_WAITS_SECOND : SAY_DECIDED, SAID_NUMBER(done.decision));
        return;
    }
    /* What was refused because the text is another now is shown as it is now. */
    memcpy(said, ui->status, sizeof said);
    if (look(ui, s, &changed)) {
        memcpy(ui->status, said, sizeof said);
        ui->alarm = true;
    }
}

/* ---- the screen ---- */

static void item_title(struct ui *ui, void *state, FILE *out)
{
    const struct deciding *s = state;

    display_line(out, terminal_value(ui->t, &enumeration_item_kind, s->kind));
    fputs("  ", out);
    display_line(out, text_of(s->title));
}

/* The keys that decide on this kind of item, on the last row. */
static void item_draw(struct ui *ui, void *state)
{
    struct deciding *s = state;
    int height = ui_height(ui) - 1, column = 2;

    sheet_draw(ui, &s->sheet, height);
    for (int i = 0; i < ACTS && !s->over; i++) {
        const char key[] = {acts[i].key, ' ', '\0'};
        if (!fits(&acts[i], s->kind))
            continue;
        ui_style(STYLE_BOLD);
        column += ui_text(FIRST_ROW + height, column, 2, text_of(key));
        ui_style(s->mine ? STYLE_PLAIN : STYLE_FAINT);
        column += ui_text(FIRST_ROW + height, column, ui->columns - column - 1, terminal_value(ui->t, &enumeration_decision_act, acts[i].act)) + 2;
    }
    ui_style(STYLE_PLAIN);
}

static void item_key(struct ui *ui, void *state, struct key key)
{
    struct deciding *s = state;

    if (key.function ? key.code == KEY_LEFT : key.code == 'q' || key.code == 27) {
        ui_pop(ui);
        return;
    }
    if (sheet_key(&s->sheet, key, ui_height(ui) - 1) || key.function)
        return;
    if (key.code == 'n')
        go_on(ui, s);
    else if (key.code == 'c' && !s->over)
        claim(ui, s);
    for (int i = 0; i < ACTS; i++)
        if (!s->over && acts[i].key == (char)key.code && key.code < 128 && fits(&acts[i], s->kind)) {
            decide(ui, s, &acts[i]);
            return;
        }
}

/* Others may have claimed it, decided, or its author changed it. */
static void catch_up(struct ui *ui, struct deciding *s)
{
    bool had = s->mine, changed;

    s->stale = false;
    s->caught_up = clock_ms();
    if (!look(ui, s, &changed)) {
        const struct error_payload *refusal = ui->offline ? NULL : luntan_refusal(ui->t->forum);
        s->over = refusal && (refusal->code == STATUS_NOT_FOUND || refusal->code == STATUS_DECIDED);
        s->mine = s->mine && !s->over;
    } else if (changed) {
        ui_fail(ui, SAY_UI_ITEM_CHANGED);
    } else if (had && !s->mine) {
        claim(ui, s);
    }
}

static void item_idle(struct ui *ui, void *state)
{
    struct deciding *s = state;

    if (s->over)
        return;
    if (s->mine && clock_ms() - s->renewed > LIMIT_LEASE_MS / RENEWED)
        claim(ui, s);
    else if (s->stale)
        catch_up(ui, s);
}

/* Where events leave no idle moment, about once a second all the same. */
static void item_event(struct ui *ui, void *state, const struct luntan_event *event)
{
    struct deciding *s = state;

    if (!s->topic || event->subscription != s->topic)
        return;
    s->stale = s->stale || event->message->op == EVENT_CHANGE || event->message->op == EVENT_GAP;
    if (event->message->op == EVENT_END)
        s->topic = 0;
    if (clock_ms() - s->caught_up > IDLE_MS)
        item_idle(ui, s);
}

static void item_close(struct ui *ui, void *state)
{
    struct deciding *s = state;

    release(ui, s);
    ui_unsubscribe(ui, s->topic);
    sheet_clear(&s->sheet);
    free(s);
}

void screen_item(struct ui *ui, uint64_t item)
{
    static const struct screen_kind kind = {
        .keys = SAY_UI_ITEM_KEYS, .title = item_title, .draw = item_draw, .key = item_key, .event = item_event, .idle = item_idle,
        .close = item_close,
    };
    struct deciding *s = calloc(1, sizeof *s);

    if (s) {
        s->topic = ui_subscribe(ui, TOPIC_QUEUE, 0, (struct text){NULL, 0});
        if (!open_item(ui, s, item)) {
            item_close(ui, s);
            return;
        }
    }
    ui_push(ui, &kind, s);
}
