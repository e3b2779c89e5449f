/* Somebody's profile: what the core lets the reader see of an account. */
#include "server/web/page.h"
#include "server/web/pieces.h"

void view_profile(struct page *p)
{
    struct account_record account;
    struct object *o = object_new(p->arena);
    struct account_reply out;
    struct text feed;

    if (!ask_account(p, &(struct account_request){.handle = p->params[0]}, &out) ||
        !page_record(out.account, &shape_account_record, &account))
        return;
    object_record(o, "account", &shape_account_record, &account);
    object_text(o, "name", piece_name(account.name, account.handle));
    object_flag(o, "suspended", account.state == ACCOUNT_STATE_SUSPENDED);
    object_flag(o, "own", p->signed_in && p->account.id == account.id);
    object_flag(o, "administers", p->signed_in && p->account.role == ROLE_ADMINISTRATOR);
    object_flag(o, "decides", p->signed_in && p->account.id != account.id && page_decides(p));
    feed = url_escape(p->arena, account.handle);
    feed = page_path(p, "/u/%.*s/feed", (int)feed.len, feed.at);
    object_url(o, "feed", page_path(p, "%.*s.atom", (int)feed.len, feed.at));
    page_show(p, &(struct shown){.template = TEMPLATE_profile, .values = o, .feed = feed, .title = piece_name(account.name, account.handle),
                                 .unlisted = true});
}
