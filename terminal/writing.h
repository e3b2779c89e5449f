/*
 * Writing: a text from its first word to its place in the forum, with a draft on the server all the way, so that a
 * long essay survives a bad link, a broken editor or a closed lid.
 *
 * writing_edit saves the draft before the editor opens, while it runs and after it closes; writing_send
 * names the draft, so that the forum deletes it in the transaction that posts. Where sending fails the draft stays.
 * Verbs and screens use the same code. Nothing is printed here. One thread.
 */
#ifndef LUNTAN_TERMINAL_WRITING_H
#define LUNTAN_TERMINAL_WRITING_H

#include "terminal/body.h"
#include "terminal/terminal.h"

struct writing {
    /* what it is to be: a new thread on `board`, or an answer in `thread`, or the new text of `post` */
    char board[LIMIT_SLUG * 4 + 1];
    uint64_t thread, to, post, revision;
    char title[LIMIT_TITLE * 4 + 1];
    char tags[LIMIT_TAGS + 1][LIMIT_TAG * 4 + 1];
    unsigned tag_count;
    bool has_title;
    bool minor;         /* an edit that feeds do not show anew */
    struct body body;
    bool unsaved;       /* `body` holds something that its draft does not */

    /* its draft */
    uint8_t draft[16];
    uint64_t version;   /* 0: none on the server */
};

/* What became of it: the same for all three kinds. */
struct written {
    uint64_t thread, post, floor, revision;
    char held[2 * 16 + 1]; /* the submission's id in hex where it waits for a moderator; else empty */
    const struct shape *shape; /* of `reply` */
    union {
        struct post_reply post_reply;
        struct reply_reply reply_reply;
        struct edit_reply edit_reply;
    } reply;
};

void writing_free(struct writing *w);

/* Takes a title or a tag. False where it is far too long; the exact limits are the server's. */
bool writing_title(struct writing *w, struct text title);
bool writing_tag(struct writing *w, struct text tag);

/* Its tags as a list of TEXTS, encoded into `room`. */
enum { TAG_BYTES = (LIMIT_TAGS + 1) * (LIMIT_TAG * 4 + 16) };
struct items writing_tags(const struct writing *w, uint8_t room[TAG_BYTES]);

/* Saves the draft as it is. */
MUST_USE enum luntan_result writing_save(struct terminal *t, struct writing *w);

/*
 * Opens the editor, unless the server refuses the draft; where it only cannot be reached, one writes all the same.
 * `edited` is false where the editor did not run or failed, errno says why. The result is that of the last save.
 */
MUST_USE enum luntan_result writing_edit(struct terminal *t, struct writing *w, bool *edited);

/* Posts it. */
MUST_USE enum luntan_result writing_send(struct terminal *t, struct writing *w, struct written *out);

/* Throws the draft away, if there is one. */
MUST_USE enum luntan_result writing_discard(struct terminal *t, struct writing *w);

/* Fetches a draft whole. For an edit, the post's present revision is asked for too. */
MUST_USE enum luntan_result writing_open(struct terminal *t, const uint8_t draft[16], struct writing *w);

/* Fetches a post to edit it: its text, revision and, for a thread's first post, title. */
MUST_USE enum luntan_result writing_open_post(struct terminal *t, uint64_t post, struct writing *w);

/*
 * After a failure: what the person must be told so that nothing is lost. The draft's name where the server has the text;
 * else it is written to a file here. `values` takes what the saying needs and lives as long as `name`.
 */
enum { NAME_ROOM = 4200 };
enum saying writing_where(struct terminal *t, struct writing *w, char name[NAME_ROOM]);

/* The draft's id in hex, terminated. */
void writing_draft_name(const struct writing *w, char out[33]);

#endif
