/*
 * The form in which one writes: a new thread, an answer, the new text of a post.
 *
 * One form with three ways to send it: post it, look at it, keep it. The last two save a draft on the server first, so
 * that without a script nothing that was typed depends on the browser. A view begins an editor, which takes what was typed,
 * or a draft (?draft=), or nothing; fills in what it knows of the place; and shows it. A plan asks editor_is_kept first.
 * Once there is a text it is on every page that follows, also where its place has gone or takes no posts any more.
 *
 * What is in an editor borrows from the page's arena. Views on reader threads, plans on the loop.
 */
#ifndef LUNTAN_SERVER_WEB_EDITOR_H
#define LUNTAN_SERVER_WEB_EDITOR_H

#include "server/web/page.h"

enum editor_kind { EDITOR_THREAD, EDITOR_REPLY, EDITOR_EDIT };

struct editor {
    enum editor_kind kind;

    /* where it is to stand; what is not known is absent or 0 */
    struct text board;             /* slug */
    uint64_t thread, post, reply_to, revision;

    /* what is in it */
    struct text title, tags, body; /* tags in one line */
    bool titled, tagged;           /* which of the fields there are */
    bool written;                  /* the text is somebody's: typed, or of a draft */

    /* its draft */
    struct text draft;             /* the id as in forms; absent: none */
    uint64_t version;
    uint64_t updated;              /* when it was saved, as far as this page says so; ms, or 0 */

    struct refusal refused;        /* why the form is shown again; status OK: it was not refused */
    enum words shut;               /* why it cannot be posted, or none */
};

/* What saving a draft came to: the page's outcome for the view that follows. */
struct editor_saved {
    struct text draft;   /* as in forms */
    struct text before;  /* with a conflict: the draft that had been changed, as in forms */
    uint64_t version;
    bool conflict;
};

/* False: a draft was asked for that is not there, and the page says so. */
MUST_USE bool editor_begin(struct page *p, enum editor_kind kind, struct editor *e);

/*
 * Shows it. `o` holds `board` and `thread` as far as the view had them, and what else the template takes; `shown` its title and
 * the ways up.
 */
void editor_show(struct page *p, struct editor *e, struct object *o, struct shown *shown);

/*
 * After the core refused to tell about the place: with a text in the editor shows that, otherwise leaves the refusal.
 */
void editor_show_homeless(struct page *p, struct editor *e, enum words title);

/* For plans: whether the form is sent to be kept (do=preview, do=draft) rather than posted. */
bool editor_is_kept(const struct page *p);
/*
 * Then: saves it as a draft for the place that `where` names; the route's view follows, with the preview if that was wanted.
 * For forms that post to the path on which they are shown.
 */
MUST_USE bool editor_keep(struct page *p, const struct draft_save_request *where, struct submission *s);

/* Fills `s` with the saving of what was typed, to be followed by `done`. False: no memory, and the page refuses. */
MUST_USE bool editor_save(struct page *p, const struct draft_save_request *where, struct submission *s,
                          void (*done)(struct page *p, const void *reply));

/* What a draft_save came to, in the arena; for a `done` of editor_save. */
struct editor_saved *editor_outcome(struct page *p, const struct draft_save_reply *reply);

/* When a draft of the asker's was last saved, UTC in ms; 0 where it is gone. */
uint64_t editor_updated(struct page *p, struct text draft);

/* The draft that the form names, for the request that posts it. */
struct text editor_draft(struct page *p);

/* Goes to a post by its thread and floor. */
void editor_go(struct page *p, uint64_t thread, uint64_t floor);

/* Tags as the form's one line. */
struct text editor_tags(struct page *p, struct items tags);

#endif
