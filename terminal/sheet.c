/* See sheet.h. */
#include "terminal/sheet.h"

#include <stdlib.h>

enum { MARGIN = 2 };

struct sheet_paragraph {
    char *at;
    size_t len;
    enum style style;
};

void sheet_clear(struct sheet *sheet)
{
    for (size_t i = 0; i < sheet->count; i++)
        free(sheet->paragraphs[i].at);
    free(sheet->paragraphs);
    free(sheet->rows);
    *sheet = (struct sheet){0};
}

void sheet_put(struct sheet *sheet, enum style style, struct text text)
{
    if (sheet->count == sheet->room) {
        size_t room = sheet->room ? sheet->room * 2 : 16;
        struct sheet_paragraph *grown = realloc(sheet->paragraphs, room * sizeof *grown);
        if (!grown)
            return;
        sheet->paragraphs = grown;
        sheet->room = room;
    }
    char *copy = malloc(text.len + 1);
    if (!copy)
        return;
    if (text.len)
        memcpy(copy, text.at, text.len);
    sheet->paragraphs[sheet->count++] = (struct sheet_paragraph){copy, text.len, style};
    sheet->columns = 0;
}

void sheet_put_stream(struct sheet *sheet, enum style style, FILE *out, char **text)
{
    fclose(out);
    if (*text)
        sheet_put(sheet, style, text_of(*text));
    free(*text);
    *text = NULL;
}

/* ---- rows ---- */

static bool add_row(struct sheet *sheet, size_t paragraph, size_t from, size_t len)
{
    if (sheet->row_count == sheet->row_room) {
        int room = sheet->row_room ? sheet->row_room * 2 : 64;
        struct sheet_row *grown = realloc(sheet->rows, (size_t)room * sizeof *grown);
        if (!grown)
            return false;
        sheet->rows = grown;
        sheet->row_room = room;
    }
    sheet->rows[sheet->row_count++] = (struct sheet_row){paragraph, from, len};
    return true;
}

/* A paragraph of nothing is a blank row. */
static void wrap(struct sheet *sheet, int columns)
{
    char *line = malloc((size_t)columns * GLYPH_BYTES + 1);
    bool ended;

    sheet->row_count = 0;
    sheet->columns = columns;
    for (size_t i = 0; line && i < sheet->count; i++) {
        const struct sheet_paragraph *p = &sheet->paragraphs[i];
        struct text rest = {p->at, p->len};
        do {
            size_t from = (size_t)(rest.at - p->at);
            (void)display_wrap(&rest, (unsigned)columns, line, (size_t)columns * GLYPH_BYTES + 1, &ended);
            if (!add_row(sheet, i, from, (size_t)(rest.at - p->at) - from))
                break;
        } while (rest.len);
    }
    free(line);
}

static void settle(struct sheet *sheet, int height)
{
    if (sheet->top > sheet->row_count - height)
        sheet->top = sheet->row_count - height;
    if (sheet->top < 0)
        sheet->top = 0;
}

void sheet_draw(struct ui *ui, struct sheet *sheet, int height)
{
    int columns = ui->columns - 2 * MARGIN;

    if (sheet->columns != columns)
        wrap(sheet, columns);
    settle(sheet, height);
    for (int i = 0; i < height && sheet->top + i < sheet->row_count; i++) {
        const struct sheet_row *row = &sheet->rows[sheet->top + i];
        const struct sheet_paragraph *p = &sheet->paragraphs[row->paragraph];
        struct text text = {p->at + row->from, row->len};
        while (text.len && (text.at[text.len - 1] == '\n' || text.at[text.len - 1] == ' '))
            text.len--;
        ui_style(p->style);
        ui_text(FIRST_ROW + i, MARGIN, columns, text);
    }
    ui_style(STYLE_PLAIN);
}

bool sheet_key(struct sheet *sheet, struct key key, int height)
{
    static const struct {
        wint_t code;
        bool function;
        int rows, pages;
    } moves[] = {
        {KEY_UP, true, -1, 0}, {KEY_DOWN, true, 1, 0}, {KEY_PPAGE, true, 1, -1}, {KEY_NPAGE, true, -1, 1}, {' ', false, -1, 1},
        {'b', false, 1, -1}, {KEY_HOME, true, 0, -1000}, {KEY_END, true, 0, 1000}, {'g', false, 0, -1000}, {'G', false, 0, 1000},
    };

    for (size_t i = 0; i < sizeof moves / sizeof *moves; i++)
        if (moves[i].code == key.code && moves[i].function == key.function) {
            sheet->top += moves[i].rows + moves[i].pages * height;
            settle(sheet, height);
            return true;
        }
    return false;
}
