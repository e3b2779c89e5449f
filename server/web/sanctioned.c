/* See sanctioned.h. */
#include "server/web/sanctioned.h"

#include <inttypes.h>

struct object *sanctioned_row(struct page *p, struct list *rows, const struct sanction_record *sanction)
{
    struct object *row = list_add(rows);

    object_record(row, "sanction", &shape_sanction_record, sanction);
    object_text(row, "board", page_either(p, sanction->board_name, sanction->board_name_en));
    if (sanction->appeal_by && text_equal(sanction->account, p->account.handle))
        object_path(row, "appeal_path", "/decisions/%" PRIu64 "/appeal", sanction->decision);
    return row;
}

/* What keeps somebody from writing on the board with this slug. */
static bool silences(const struct sanction_record *sanction, struct text slug)
{
    return sanction->kind != SANCTION_KIND_HOLD && (!sanction->board_slug.at || text_equal(sanction->board_slug, slug));
}

/* Adds those in force; `slug` absent: all of them. */
static bool add(struct page *p, struct object *o, struct text slug)
{
    const struct refusal before = p->refusal; /* what the page is about */
    struct sanctions_reply out;
    struct list *rows = NULL;

    if (!p->signed_in || !p->account.sanctioned)
        return false;
    if (ask_sanctions(p, &(struct sanctions_request){0}, &out)) {
        struct sanction_record *all = arena_alloc(p->arena, (size_t)(out.sanctions.count + 1) * sizeof *all);
        for (uint64_t i = 0; all && items_next(&out.sanctions, &shape_sanction_record, &all[i]); i++) {
            if (!all[i].active || (slug.at && !silences(&all[i], slug)))
                continue;
            rows = rows ? rows : object_list(o, "sanctions");
            sanctioned_row(p, rows, &all[i]);
        }
    }
    p->refusal = before;
    return rows != NULL;
}

void sanctioned_note(struct page *p, struct object *frame)
{
    (void)add(p, frame, (struct text){NULL, 0});
}

bool sanctioned_on(struct page *p, struct object *o, struct text slug)
{
    return add(p, o, slug);
}
