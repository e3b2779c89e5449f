/* See pieces.h. */
#include "server/web/pieces.h"

#include <inttypes.h>

struct text piece_name(struct text name, struct text handle)
{
    return name.len ? name : handle;
}

struct object *piece_thread(struct list *rows, const struct thread_record *thread)
{
    struct object *row = list_add(rows);

    object_record(row, "thread", &shape_thread_record, thread);
    object_text(row, "author", piece_name(thread->author_name, thread->author));
    uint64_t posts = thread->floors - thread->moved;

    object_number(row, "replies", posts ? posts - 1 : 0);
    object_flag(row, "answered", posts > 1);
    if (thread->unread && thread->read_floor)
        object_path(row, "fresh", "/t/%" PRIu64 "/unread", thread->id);
    return row;
}

void piece_button(struct page *p, struct list *buttons, struct text action, const char *field, struct text value, enum words words)
{
    struct object *button = list_add(buttons);

    page_form(p, button, "form", action);
    object_words(button, "label", words);
    object_text(button, "field", text_of(field));
    object_text(button, "value", value);
}

void piece_pager(struct object *o, const struct pager *pager)
{
    struct object *links;

    if (!pager->first.at && !pager->previous.at && !pager->next.at && !pager->last.at)
        return;
    links = object_object(o, "pager");
    object_url(links, "first", pager->first);
    object_url(links, "previous", pager->previous);
    object_url(links, "next", pager->next);
    object_url(links, "last", pager->last);
}

void piece_waits(struct object *o, const struct board_record *board, const struct thread_record *thread)
{
    object_flag(o, "waits", !board->may_moderate && (board->hold || (thread && thread->hold)));
}

void piece_refused(struct page *p, struct object *o)
{
    if (p->refusal.status)
        object_text(o, "refused", p->refusal.words);
}
