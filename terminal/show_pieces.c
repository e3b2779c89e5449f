/* See show_pieces.h. */
#include "terminal/show_pieces.h"

#include "terminal/display.h"

void show_put(struct text text)
{
    display_line(stdout, text);
}

void show_put_more(struct text text)
{
    if (text.len == 0)
        return;
    fputs("  ", stdout);
    show_put(text);
}

void show_put_said(struct terminal *t, enum saying what)
{
    show_put_more(say_text(t->english, what));
}

void show_put_time(uint64_t ms)
{
    char when[TIME_ROOM];

    terminal_time(when, ms);
    show_put_more(text_of(when));
}

void show_put_hex(struct text bytes)
{
    for (size_t i = 0; i < bytes.len; i++)
        printf("%02x", (unsigned char)bytes.at[i]);
}

void show_put_person(struct text handle, struct text name)
{
    show_put(name.len ? name : handle);
    if (name.len && handle.len && !text_equal(name, handle)) {
        fputs(" (@", stdout);
        show_put(handle);
        fputc(')', stdout);
    }
}

void show_tombstone(struct terminal *t, const struct post_record *post, char line[TOMBSTONE_ROOM])
{
    const struct said place[] = {SAID_TEXT(post->to_title), SAID_NUMBER(post->to_floor), SAID_NUMBER(post->to_thread), SAID_END};
    const struct said values[] = {
        SAID_TEXT(terminal_value(t, &enumeration_post_state, post->state)), SAID_TEXT(terminal_value(t, &enumeration_reason, post->reason)), SAID_END,
    };

    if (post->to_thread)
        say_into(line, TOMBSTONE_ROOM, t->english, post->to_title.len ? SAY_TOMBSTONE_PLACE : SAY_TOMBSTONE_THREAD, place);
    else
        say_into(line, TOMBSTONE_ROOM, t->english, post->reason == REASON_NONE ? SAY_TOMBSTONE : SAY_TOMBSTONE_WHY, values);
}
