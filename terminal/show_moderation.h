/*
 * Records of moderation for people to read; as show.h, which lists them.
 */
#ifndef LUNTAN_TERMINAL_SHOW_MODERATION_H
#define LUNTAN_TERMINAL_SHOW_MODERATION_H

#include "terminal/terminal.h"

/* Each takes the record that its name says. */
void show_item(struct terminal *t, const void *record);
void show_held(struct terminal *t, const void *record);
void show_held_whole(struct terminal *t, const void *record);
/* A held_record that is what moderators decide on: a submission, or a post as it stands, whose id is all zeros. */
void show_matter(struct terminal *t, const void *record);
void show_flag(struct terminal *t, const void *record);
void show_decision(struct terminal *t, const void *record);
void show_outcome(struct terminal *t, const void *record);
void show_sanction(struct terminal *t, const void *record);
void show_modlog(struct terminal *t, const void *record);
void show_head(struct terminal *t, const void *record);
void show_audit(struct terminal *t, const void *record);
void show_filter(struct terminal *t, const void *record);
void show_filter_hit(struct terminal *t, const void *record);

/* Since when an item's author is here and how much can be seen of them; of an appeal, what was said for it. */
void show_standing(struct terminal *t, const struct item_get_reply *of);

#endif
