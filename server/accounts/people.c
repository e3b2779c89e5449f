/* Looking at accounts, changing one's own, and the administrators' list. */
#include "server/accounts/accounts.h"
#include "server/util/words.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

enum status handle_account(struct request *r, const struct account_request *in)
{
    struct account_row row;

    if (!accounts_find(r, in->handle, &row))
        return refuse_field(r, STATUS_NOT_FOUND, "handle");
    return reply_account(r, &(struct account_reply){.account = accounts_record(r, &row)});
}

/*
 * Whether it has the form of an IANA time zone's name: parts of letters, digits, _, + and -, joined by /, each
 * starting with a letter.
 */
static bool names_zone(struct text zone)
{
    bool start = true;

    for (size_t i = 0; i < zone.len; i++) {
        char c = zone.at[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        bool inner = letter || (c >= '0' && c <= '9') || c == '_' || c == '+' || c == '-' || c == '/';
        if (start ? !letter : !inner)
            return false;
        start = c == '/';
    }
    return !start;
}

/* Whether the system knows the zone: a file of tzdata, which begins as RFC 8536 says. Where there is no tzdata, every name will do. */
static bool is_zone(struct text zone)
{
    static const char directory[] = "/usr/share/zoneinfo";
    char path[sizeof directory + LIMIT_ZONE * 4 + 1], magic[4];

    if (!names_zone(zone) || zone.len > LIMIT_ZONE * 4)
        return false;
    snprintf(path, sizeof path, "%s/%.*s", directory, (int)zone.len, zone.at);
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (file < 0)
        return errno == ENOENT && access(directory, F_OK) != 0;
    bool found = read(file, magic, sizeof magic) == (ssize_t)sizeof magic && memcmp(magic, "TZif", sizeof magic) == 0;
    close(file);
    return found;
}

enum status handle_account_set(struct request *r, const struct account_set_request *in)
{
    struct account_set_reply out = {.dup = false};
    const struct enumeration_value *lang = enumeration_by_name(&enumeration_lang, in->lang);
    struct account_row row;
    bool renamed;

    if (!store_account_row(r->db, r->actor.account, r->arena, &row))
        return refuse(r, STATUS_INTERNAL);
    if (in->name.at && !words_is_line(in->name))
        return refuse_field(r, STATUS_BAD_FIELD, "name");
    if (in->lang.at && !lang)
        return refuse_field(r, STATUS_BAD_FIELD, "lang");
    if (in->zone.at && !is_zone(in->zone))
        return refuse_field(r, STATUS_BAD_FIELD, "zone");
    renamed = in->name.at && !text_equal(in->name, row.name);
    row.name = in->name.at ? in->name : row.name;
    row.lang = lang ? (enum lang)lang->number : row.lang;
    row.zone = in->zone.at ? in->zone : row.zone;
    store_account_update(r->db, &row);
    if (renamed) {
        accounts_tell_changed(r, row.id);
        request_renames(r);
    }
    return reply_account_set(r, &out);
}

enum status handle_accounts(struct request *r, const struct accounts_request *in)
{
    struct account_row rows[LIMIT_PAGE_ITEMS + 1];
    struct text key = words_handle_key(words_handle(in->after, r->arena), r->arena);
    struct accounts_reply out = {.none = 0};
    enum status status = policy_decide(ACT_ADMINISTER, &r->actor, &(struct subject){.board = NULL});

    if (status)
        return refuse(r, status);
    if (in->after.len && !key.at)
        return refuse_field(r, STATUS_BAD_FIELD, "after");
    size_t count = store_accounts_page(r->db, key, r->arena, rows, LIMIT_PAGE_ITEMS + 1);
    struct wire_writer w = arena_writer(r->arena, LIMIT_PAGE);
    out.accounts = items_begin(&w);
    for (size_t i = 0; i < count && i < LIMIT_PAGE_ITEMS; i++) {
        const struct account_record record = accounts_describe(r, &rows[i]);
        struct wire_writer before = w;
        items_add(&w, &out.accounts, &shape_account_record, &record);
        /* The page ends by bytes, before the account that is too much; it has at least one. */
        if (i > 0 && (w.error || w.len > LIMIT_PART)) {
            w = before;
            out.accounts.len = w.len;
            out.accounts.count = i;
            break;
        }
    }
    if (out.accounts.count && out.accounts.count < count)
        out.next = rows[out.accounts.count - 1].handle;
    return reply_accounts(r, &out);
}
