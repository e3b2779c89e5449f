/* See say.h. */
#include "terminal/say.h"

#include "terminal/display.h"

static const struct {
    struct text zh, en;
} sayings[] = {
#define SAYING(NAME, zh, en) {TEXT_INIT(zh), TEXT_INIT(en)},
#include "terminal/text.def"
#undef SAYING
};

struct text say_text(bool english, enum saying what)
{
    return english ? sayings[what].en : sayings[what].zh;
}

static void put_value(FILE *out, const struct said *values, unsigned place)
{
    for (unsigned i = 0; i < place; i++)
        if (values[i].last)
            return;
    if (values[place].last)
        return;
    if (values[place].text.at)
        display_line(out, values[place].text);
    else
        fprintf(out, "%llu", (unsigned long long)values[place].number);
}

void say_values(FILE *out, bool english, enum saying what, const struct said *values)
{
    struct text text = say_text(english, what);

    for (size_t i = 0; i < text.len; i++) {
        if (text.at[i] == '{' && i + 2 < text.len && text.at[i + 1] >= '1' && text.at[i + 1] <= '9' && text.at[i + 2] == '}') {
            put_value(out, values, (unsigned)(text.at[i + 1] - '1'));
            i += 2;
        } else {
            fputc(text.at[i], out);
        }
    }
}

void say_into(char *out, size_t cap, bool english, enum saying what, const struct said *values)
{
    FILE *into = cap ? fmemopen(out, cap, "w") : NULL;

    if (cap)
        out[0] = '\0';
    if (!into)
        return;
    say_values(into, english, what, values);
    fclose(into);
    out[cap - 1] = '\0';
}
