/* See sanctioned.h. */
#include "terminal/sanctioned.h"

#include "terminal/show_pieces.h"

static void put_end(struct terminal *t, FILE *out, uint64_t until)
{
    char time[TIME_ROOM];

    if (!until) {
        say_part(out, t->english, SAY_SANCTION_ENDLESS);
        return;
    }
    terminal_time(time, until);
    say_part(out, t->english, SAY_SANCTION_UNTIL, SAID_TEXT(text_of(time)));
}

void sanctioned_appeal(struct terminal *t, FILE *out, const struct sanction_record *sanction)
{
    char time[TIME_ROOM];

    if (sanction->appeal_by) {
        terminal_time(time, sanction->appeal_by);
        say(out, t->english, SAY_SANCTION_APPEAL, SAID_NUMBER(sanction->decision), SAID_TEXT(text_of(time)));
    } else if (sanction->appeal != APPEAL_STATE_NONE) {
        say(out, t->english, SAY_SANCTION_APPEALED, SAID_TEXT(terminal_value(t, &enumeration_appeal_state, sanction->appeal)));
    }
}

void sanctioned_put(struct terminal *t, FILE *out, const struct sanction_record *sanction)
{
    const struct text board = t->english && sanction->board_name_en.len ? sanction->board_name_en : sanction->board_name;
    const struct text where = sanction->board_slug.at ? board : say_text(t->english, SAY_SANCTION_SITE);
    const struct text reason = terminal_value(t, &enumeration_reason, sanction->reason);

    say_part(out, t->english, SAY_SANCTION_IS, SAID_TEXT(terminal_value(t, &enumeration_sanction_kind, sanction->kind)), SAID_TEXT(where));
    put_end(t, out, sanction->until);
    say(out, t->english, sanction->words.len ? SAY_SANCTION_WHY_WORDS : SAY_SANCTION_WHY, SAID_TEXT(reason), SAID_TEXT(sanction->words));
    sanctioned_appeal(t, out, sanction);
}

void sanctioned_refused(struct terminal *t, const struct error_payload *refusal)
{
    struct items one = refusal ? refusal->sanction : (struct items){NULL, 0, 0};
    struct sanction_record sanction;

    if (!one.at || !items_next(&one, &shape_sanction_record, &sanction))
        return;
    if (sanction.until) {
        put_end(t, stderr, sanction.until);
        fputc('\n', stderr);
    }
    sanctioned_appeal(t, stderr, &sanction);
}

enum luntan_result sanctioned_greet(struct terminal *t, FILE *out)
{
    struct sanction_record sanction;
    struct sanctions_reply reply;
    enum luntan_result result = t->sanctioned ? luntan_sanctions(t->forum, &(struct sanctions_request){.none = 0}, &reply) : LUNTAN_OK;

    while (result == LUNTAN_OK && t->sanctioned && items_next(&reply.sanctions, &shape_sanction_record, &sanction))
        if (sanction.active)
            sanctioned_put(t, out, &sanction);
    return result;
}
