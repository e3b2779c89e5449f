/* See page.h: what views and plans read, and what they say. */
#include <inttypes.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>
#include <time.h>

#include "server/cursor.h"
#include "server/web/sanctioned.h"
#include "server/web/web_private.h"

/* ---- what was asked ---- */

struct text page_query(const struct page *p, const char *name)
{
    return form_get(&p->query, name);
}

struct text page_typed(const struct page *p, const char *name)
{
    return form_get(&p->form, name);
}

uint64_t page_number(struct text digits)
{
    uint64_t number = 0;

    if (digits.len == 0 || digits.len > 18)
        return 0;
    for (size_t i = 0; i < digits.len; i++) {
        if (digits.at[i] < '0' || digits.at[i] > '9')
            return 0;
        number = number * 10 + (uint64_t)(digits.at[i] - '0');
    }
    return number;
}

struct text page_bytes(struct page *p, struct text written)
{
    size_t len = 0;
    uint8_t *bytes = written.len && written.len <= 4 * LIMIT_CURSOR ? arena_alloc(p->arena, written.len) : NULL;

    if (!bytes || sodium_base642bin(bytes, written.len, written.at, written.len, NULL, &len, NULL,
                                    sodium_base64_VARIANT_URLSAFE_NO_PADDING))
        return (struct text){NULL, 0};
    return (struct text){(const char *)bytes, len};
}

struct text page_base64(struct page *p, struct text bytes)
{
    size_t room = sodium_base64_encoded_len(bytes.len, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    char *written = bytes.at ? arena_alloc(p->arena, room) : NULL;

    if (!written)
        return (struct text){NULL, 0};
    sodium_bin2base64(written, room, (const uint8_t *)bytes.at, bytes.len, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    return text_of(written);
}

struct text page_op(const struct page *p)
{
    struct text written = form_get(&p->form, "op");
    size_t len = 0;
    uint8_t *bytes = written.len == 2 * LIMIT_OP_ID ? arena_alloc(p->arena, LIMIT_OP_ID) : NULL;

    if (!bytes || sodium_hex2bin(bytes, LIMIT_OP_ID, written.at, written.len, NULL, &len, NULL) || len != LIMIT_OP_ID)
        return (struct text){NULL, 0};
    return (struct text){(const char *)bytes, len};
}

/* How many bytes at `at` part one tag from the next: blanks and commas, theirs and ours. */
static size_t parting(const char *at, size_t len)
{
    static const char *const partings[] = {" ", ",", ";", "\t", "\n", "\r", "，", "、", "；", "　"};

    for (size_t i = 0; i < sizeof partings / sizeof *partings; i++) {
        size_t size = strlen(partings[i]);
        if (len >= size && memcmp(at, partings[i], size) == 0)
            return size;
    }
    return 0;
}

struct items page_texts(struct page *p, struct text line)
{
    struct wire_writer w = arena_writer(p->arena, line.len * 2 + 16);
    struct items list = items_begin(&w);
    size_t begin = 0;

    for (size_t i = 0; i <= line.len;) {
        size_t gap = i < line.len ? parting(line.at + i, line.len - i) : 1;
        if (gap && i > begin)
            items_add_text(&w, &list, (struct text){line.at + begin, i - begin});
        i += gap ? gap : 1;
        if (gap)
            begin = i;
    }
    return list.count ? list : (struct items){NULL, 0, 0};
}

/* ---- what views say ---- */

static void say(struct page *p, unsigned status, struct text type, struct text body)
{
    struct work *w = p->work;

    w->outcome = OUTCOME_BODY;
    w->status = status;
    w->type = type;
    w->body = body;
}

void page_say(struct page *p, struct text type, struct text body)
{
    say(p, 200, type, body);
}

void page_say_json(struct page *p, struct text json)
{
    say(p, 200, TEXT("application/json"), json);
}

void page_show_piece(struct page *p, enum template template, struct object *values)
{
    struct html html = template_render(p->web->templates, template, values, &p->reader, p->arena);

    say(p, 200, TEXT("text/html; charset=utf-8"), html.text);
}

static void go(struct page *p, unsigned status, struct text path)
{
    struct work *w = p->work;

    w->outcome = OUTCOME_REDIRECT;
    w->status = status;
    w->location = path;
}

void page_redirect(struct page *p, struct text path)
{
    go(p, p->http->method == METHOD_POST ? 303 : 302, path);
}

void page_moved(struct page *p, struct text path)
{
    go(p, 301, path);
}

struct text page_path(struct page *p, const char *format, ...)
{
    char path[1024];
    va_list args;

    va_start(args, format);
    int len = vsnprintf(path, sizeof path, format, args);
    va_end(args);
    if (len < 0 || (size_t)len >= sizeof path)
        return TEXT("/");
    return arena_text(p->arena, (struct text){path, (size_t)len});
}

void page_refuse(struct page *p, enum status status)
{
    ask_refuse(p, status);
    p->work->outcome = OUTCOME_REFUSED;
}

static void depend(struct page *p, enum topic topic, uint64_t id, bool grows)
{
    struct page_source *source = &p->work->source;

    if (source->count == SOURCE_TOPICS) {
        p->work->key = (struct text){NULL, 0}; /* of too much to be kept */
        return;
    }
    source->topics[source->count].topic = topic;
    source->topics[source->count].id = id;
    source->topics[source->count++].grows = grows;
}

void page_depends(struct page *p, enum topic topic, uint64_t id)
{
    depend(p, topic, id, false);
}

void page_depends_feed(struct page *p, enum feed_kind kind, uint64_t ref, struct text name)
{
    uint64_t feed = generations_feed(kind, ref, name);

    depend(p, TOPIC_NONE, feed, false);
    depend(p, TOPIC_NONE, generations_growth(feed), true);
}

struct text page_site(const struct page *p)
{
    return p->web->options.site->name;
}

struct text page_asset(const struct page *p, enum asset asset)
{
    return assets_path(p->web->assets, asset);
}

struct text page_hub(const struct page *p)
{
    return p->web->options.hub;
}

/* EPOCH, then ~ and a letter, number and sequence for each topic; what live.h takes. */
void page_live(struct page *p, struct shown *shown, struct text cursor)
{
    static const char letters[] = {[TOPIC_BOARD] = 'b', [TOPIC_THREAD] = 't', [TOPIC_QUEUE] = 'q', [TOPIC_ACCOUNT] = 'a'};
    char epoch[2 * sizeof(((struct cursor *)0)->epoch) + 1];
    struct cursor at;

    if (!cursor_decode(cursor, &at) || at.topic >= sizeof letters || !letters[at.topic])
        return;
    sodium_bin2hex(epoch, sizeof epoch, at.epoch, sizeof at.epoch);
    struct text before = shown->live.at ? shown->live : text_of(epoch);
    struct text id = at.id ? arena_format(p->arena, "%" PRIu64, at.id) : (struct text){"", 0};
    shown->live = arena_format(p->arena, "%.*s~%c%.*s.%" PRIu64, (int)before.len, before.at, letters[at.topic], (int)id.len, id.at, at.seq);
}

struct markdown page_markdown(struct page *p, uint64_t thread, uint64_t post, uint64_t revision, struct text body)
{
    const struct markdown_source source = {
        .thread = thread, .post = post, .revision = revision, .body = body, .lang = p->reader.lang,
    };
    return markdown_render(post ? p->web->markdown : NULL, &source, p->arena);
}

struct markdown page_markdown_elsewhere(struct page *p, const struct markdown_source *source)
{
    return markdown_render(p->web->markdown, source, p->arena);
}

struct text page_words(struct page *p, enum words words, struct text first, struct text second)
{
    struct text pattern = words_text(words, p->reader.lang);
    char *to = arena_alloc(p->arena, pattern.len + first.len + second.len);
    size_t len = 0;

    for (size_t i = 0; to && i < pattern.len; i++) {
        bool value = pattern.len - i >= 3 && pattern.at[i] == '{' && pattern.at[i + 2] == '}';
        struct text piece = !value ? (struct text){pattern.at + i, 1} : pattern.at[i + 1] == '1' ? first : second;
        if (piece.len)
            memcpy(to + len, piece.at, piece.len);
        len += piece.len;
        i += value ? 2 : 0;
    }
    return (struct text){to, to ? len : 0};
}

struct text page_either(const struct page *p, struct text zh, struct text en)
{
    return p->reader.lang == LANG_EN && en.len ? en : zh;
}

struct text page_board_name(const struct page *p, const struct board_record *board)
{
    return page_either(p, board->name, board->name_en);
}

struct text page_board_about(const struct page *p, const struct board_record *board)
{
    return page_either(p, board->about, board->about_en);
}

/* ---- acts ---- */

void page_next(struct page *p, void (*view)(struct page *p))
{
    p->work->view = view;
}

void page_session(struct page *p, struct text token)
{
    visit_set_session(p->work, token);
}

void page_remember(struct page *p, enum lang lang, enum theme theme)
{
    visit_set_look(p->work, lang, theme);
}

void page_notice(struct page *p, enum words words)
{
    visit_set_notice(p->work, words);
}

struct text page_way_back(struct page *p, struct text path)
{
    bool ours = path.len > 0 && path.at[0] == '/' && (path.len == 1 || path.at[1] != '/');

    for (size_t i = 0; i < path.len && ours; i++)
        ours = path.at[i] > ' ' && path.at[i] < 0x7f && path.at[i] != '\\';
    return ours ? arena_text(p->arena, path) : TEXT("/");
}

/* ---- forms ---- */

/* 48 bits of time in milliseconds, then random ones. */
void page_new_op(uint8_t op[LIMIT_OP_ID])
{
    struct timespec now;

    clock_gettime(CLOCK_REALTIME, &now);
    uint64_t ms = (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
    for (unsigned i = 0; i < 6; i++)
        op[i] = (uint8_t)(ms >> (40 - 8 * i));
    randombytes_buf(op + 6, LIMIT_OP_ID - 6);
}

static struct text new_op(struct page *p, uint8_t op[LIMIT_OP_ID])
{
    char written[2 * LIMIT_OP_ID + 1];

    page_new_op(op);
    sodium_bin2hex(written, sizeof written, op, LIMIT_OP_ID);
    return arena_text(p->arena, text_of(written));
}

/* What the sign-in page carries: the fields of the form that came too late, under names that clash with none of its own. */
static void carry(struct page *p, struct object *form, struct object *o)
{
    struct list *carried = object_list(form, "carried"), *same = object_list(o, "carried");
    const bool again = form_get(&p->form, "carry_path").at != NULL;

    for (uint32_t i = 0; i < p->form.count; i++) {
        const struct form_field *field = &p->form.fields[i];
        if (again && (field->name.len < 6 || memcmp(field->name.at, "carry_", 6)))
            continue;
        struct text name = again ? field->name : arena_format(p->arena, "carry_%.*s", (int)field->name.len, field->name.at);
        struct list *lists[] = {carried, same};
        for (size_t each = 0; each < 2; each++) {
            struct object *item = list_add(lists[each]);
            object_text(item, "name", name);
            object_text(item, "value", field->value);
        }
    }
    for (size_t each = 0; !again && each < 2; each++) {
        struct object *item = list_add(each ? same : carried);
        object_text(item, "name", TEXT("carry_path"));
        object_text(item, "value", p->path);
    }
}

struct object *page_form(struct page *p, struct object *o, const char *name, struct text action)
{
    struct object *form = object_object(o, name);
    const struct refusal *refused = &p->work->refused;
    uint8_t bytes[LIMIT_OP_ID];
    bool again = refused->status != STATUS_OK && text_equal(action, p->path);
    /* The same operation, unless it was refused for its id: sent once more it would be again. */
    bool same = again && page_op(p).at && !text_equal(refused->field, TEXT("op_id"));
    struct text op = same ? form_get(&p->form, "op") : new_op(p, bytes);
    size_t len;

    if (same)
        (void)sodium_hex2bin(bytes, sizeof bytes, op.at, op.len, NULL, &len, NULL);
    object_url(form, "action", action);
    object_text(form, "token", guard_token(p, action, (struct text){(const char *)bytes, sizeof bytes}));
    object_text(form, "op", op);
    if (again) {
        object_text(form, "refused", refused->words);
        object_text(form, "refused_field", refused->field);
        if (refused->field.at)
            object_flag(form, arena_format(p->arena, "wrong_%.*s", (int)refused->field.len, refused->field.at).at, true);
    }
    if (p->http->method == METHOD_POST && text_equal(action, TEXT("/login")) &&
        (p->route->flags & ROUTE_CARRIES || form_get(&p->form, "carry_path").at))
        carry(p, form, o);
    return form;
}

/* ---- the frame around a page ---- */

bool page_decides(const struct page *p)
{
    struct items grants = p->account.grants;
    struct grant_record grant;
    bool found = p->account.role >= ROLE_MODERATOR;

    while (!found && items_next(&grants, &shape_grant_record, &grant))
        found = grant.role >= ROLE_MODERATOR;
    return found;
}

static void frame_who(struct page *p, struct object *frame)
{
    static const char *const themes[] = {[THEME_AUTO] = "auto", [THEME_LIGHT] = "light", [THEME_DARK] = "dark"};

    object_flag(frame, "signed_in", p->signed_in);
    object_text(frame, "theme", text_of(themes[p->theme]));
    object_text(frame, "lang", p->reader.lang == LANG_EN ? TEXT("en") : TEXT("zh"));
    if (!p->signed_in)
        return;
    object_record(frame, "account", &shape_account_record, &p->account);
    object_number(frame, "unread", p->unread);
    object_flag(frame, "is_admin", p->account.role == ROLE_ADMINISTRATOR);
    object_flag(frame, "is_moderator", p->account.role >= ROLE_MODERATOR);
    object_flag(frame, "decides", page_decides(p));
    page_form(p, frame, "out", TEXT("/logout"));
}

static void frame_ways(struct page *p, struct object *frame, const struct shown *shown)
{
    struct list *up = object_list(frame, "up");

    for (uint32_t i = 0; i < shown->up_count; i++) {
        struct object *way = list_add(up);
        object_url(way, "path", shown->up[i].path);
        object_text(way, "title", shown->up[i].title);
    }
    object_url(frame, "path", p->path);
    object_url(frame, "canonical", shown->canonical.at ? shown->canonical : p->path);
    object_url(frame, "absolute", page_absolute(p, shown->canonical.at ? shown->canonical : p->path));
    object_url(frame, "css", assets_path(p->web->assets, ASSET_STYLE));
    object_url(frame, "js", assets_path(p->web->assets, ASSET_SCRIPT));
    object_url(frame, "icon", assets_path(p->web->assets, ASSET_ICON));
}

void page_show(struct page *p, const struct shown *shown)
{
    struct object *frame = object_new(p->arena);
    struct html html = template_render(p->web->templates, shown->template, shown->values, &p->reader, p->arena);
    const struct text feed = shown->feed.at ? shown->feed : TEXT("/feed");

    frame_who(p, frame);
    frame_ways(p, frame, shown);
    if (!shown->told)
        sanctioned_note(p, frame);
    object_text(frame, "site", p->web->options.site->name);
    object_text(frame, "title", shown->title);
    object_text(frame, "description", shown->description);
    object_url(frame, "feed", arena_format(p->arena, "%.*s.atom", (int)feed.len, feed.at));
    object_flag(frame, "feed_own", shown->feed.at != NULL);
    object_text(frame, "live", shown->live);
    object_flag(frame, "unlisted", shown->unlisted || p->signed_in);
    object_flag(frame, "article", shown->article);
    object_words(frame, "notice", p->work->notice);
    object_html(frame, "page", html);
    html = template_render(p->web->templates, TEMPLATE_layout, frame, &p->reader, p->arena);
    if (p->work->notice != WORDS_NONE)
        visit_set_notice(p->work, WORDS_NONE);
    /* A form that is shown again says why in its status too. */
    say(p, shown->status ? shown->status : answer_status(p->work->refused.status), TEXT("text/html; charset=utf-8"), html.text);
}

struct text page_absolute(struct page *p, struct text path)
{
    struct text url = p->web->options.url;
    const char *scheme = url.at ? "" : "https://";

    if (!url.at)
        url = p->http->authority;
    return arena_format(p->arena, "%s%.*s%.*s", scheme, (int)url.len, url.at, (int)path.len, path.at);
}
