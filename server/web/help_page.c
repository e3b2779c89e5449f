/* How to write: Markdown, floors, mentions. The samples are rendered as any post is. */
#include "server/web/page.h"

/* What is typed is shown beside what it becomes. */
static const struct {
    enum words about, sample;
} samples[] = {
    {WORDS_help_paragraphs, WORDS_help_paragraphs_sample},
    {WORDS_help_emphasis, WORDS_help_emphasis_sample},
    {WORDS_help_headings, WORDS_help_headings_sample},
    {WORDS_help_lists, WORDS_help_lists_sample},
    {WORDS_help_quotes, WORDS_help_quotes_sample},
    {WORDS_help_links, WORDS_help_links_sample},
    {WORDS_help_tables, WORDS_help_tables_sample},
    {WORDS_help_footnotes, WORDS_help_footnotes_sample},
};

void view_help(struct page *p)
{
    struct object *o = object_new(p->arena);
    struct list *list = object_list(o, "samples");

    for (size_t i = 0; i < sizeof samples / sizeof *samples; i++) {
        struct object *row = list_add(list);
        struct text sample = words_text(samples[i].sample, p->reader.lang);
        object_words(row, "about", samples[i].about);
        object_text(row, "sample", sample);
        object_html(row, "html", page_markdown(p, 0, 0, 0, sample).html);
    }
    page_show(p, &(struct shown){.template = TEMPLATE_help, .values = o, .title = words_text(WORDS_help_title, p->reader.lang),
                                 .canonical = TEXT("/help")});
}
