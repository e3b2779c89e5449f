/* Settings: one's own account, this device's look, one's password. A visitor has the look alone. */
#include "server/web/form_page.h"

/* ---- the zones to choose from ---- */

static const struct zone {
    struct text name;
    enum words words;
} zones[] = {
    {TEXT_INIT("Asia/Shanghai"), WORDS_zone_shanghai},
    {TEXT_INIT("Asia/Urumqi"), WORDS_zone_urumqi},
    {TEXT_INIT("Asia/Hong_Kong"), WORDS_zone_hong_kong},
    {TEXT_INIT("Asia/Taipei"), WORDS_zone_taipei},
    {TEXT_INIT("Asia/Tokyo"), WORDS_zone_tokyo},
    {TEXT_INIT("Asia/Seoul"), WORDS_zone_seoul},
    {TEXT_INIT("Asia/Singapore"), WORDS_zone_singapore},
    {TEXT_INIT("Asia/Bangkok"), WORDS_zone_bangkok},
    {TEXT_INIT("Asia/Dubai"), WORDS_zone_dubai},
    {TEXT_INIT("Europe/Moscow"), WORDS_zone_moscow},
    {TEXT_INIT("Europe/Berlin"), WORDS_zone_berlin},
    {TEXT_INIT("Europe/London"), WORDS_zone_london},
    {TEXT_INIT("Africa/Nairobi"), WORDS_zone_nairobi},
    {TEXT_INIT("America/New_York"), WORDS_zone_new_york},
    {TEXT_INIT("America/Chicago"), WORDS_zone_chicago},
    {TEXT_INIT("America/Los_Angeles"), WORDS_zone_los_angeles},
    {TEXT_INIT("America/Sao_Paulo"), WORDS_zone_sao_paulo},
    {TEXT_INIT("Australia/Sydney"), WORDS_zone_sydney},
    {TEXT_INIT("UTC"), WORDS_zone_utc},
};

/* The zones, and the present one where it is not among them. */
static void offer_zones(struct page *p, struct object *o, struct text chosen)
{
    struct list *list = object_list(o, "zones");
    bool listed = false;

    for (size_t i = 0; i < sizeof zones / sizeof zones[0]; i++) {
        bool selected = text_equal(zones[i].name, chosen);
        form_page_option(list, zones[i].name, words_text(zones[i].words, p->reader.lang), selected);
        listed = listed || selected;
    }
    if (!listed && chosen.len)
        form_page_option(list, chosen, chosen, true);
}

/* ---- the page ---- */

static const struct look {
    struct text name;
    enum words words;
} looks[] = {
    [THEME_AUTO] = {TEXT_INIT("auto"), WORDS_theme_auto},
    [THEME_LIGHT] = {TEXT_INIT("light"), WORDS_theme_light},
    [THEME_DARK] = {TEXT_INIT("dark"), WORDS_theme_dark},
};
enum { LOOKS = sizeof looks / sizeof looks[0] };

static struct text lang_name(enum lang lang)
{
    return enumeration_by_number(&enumeration_lang, lang)->name;
}

/* A language is offered in its own words, for whoever reads no other. */
static void offer_langs(struct object *o, struct text chosen)
{
    struct list *list = object_list(o, "langs");

    form_page_option(list, lang_name(LANG_ZH), words_text(WORDS_language_zh, LANG_ZH), text_equal(lang_name(LANG_ZH), chosen));
    form_page_option(list, lang_name(LANG_EN), words_text(WORDS_language_en, LANG_EN), text_equal(lang_name(LANG_EN), chosen));
}

/* This device's look; its language counts for visitors only, for others the account's does. */
static void look(struct page *p, struct object *o)
{
    struct object *form = form_page_scope(p, o, "look", TEXT("/settings/look"));
    struct list *list = object_list(form, "themes");

    for (size_t i = 0; i < LOOKS; i++)
        form_page_option(list, looks[i].name, words_text(looks[i].words, p->reader.lang), p->theme == (enum theme)i);
    if (!p->signed_in)
        offer_langs(form, lang_name(p->reader.lang));
}

static void own_account(struct page *p, struct object *o)
{
    static const struct text action = TEXT_INIT("/settings");
    struct object *form = form_page_scope(p, o, "own", action);

    object_text(form, "name", form_page_filled(p, action, "name", p->account.name));
    offer_langs(form, form_page_filled(p, action, "lang", lang_name(p->account.lang)));
    offer_zones(p, form, form_page_filled(p, action, "zone", p->account.zone));
    form_page_scope(p, o, "leave", TEXT("/logout"));
    object_record(o, "account", &shape_account_record, &p->account);
    object_path(o, "profile", "/u/%s", url_escape(p->arena, p->account.handle).at);
    object_flag(o, "unit", p->account.unit.len > 0);
}

void view_settings(struct page *p)
{
    static const struct form_page page = {.template = TEMPLATE_settings, .title = WORDS_settings_title};
    struct object *o = object_new(p->arena);

    if (p->signed_in)
        own_account(p, o);
    look(p, o);
    form_page_show(p, &page, o);
}

static void done_settings(struct page *p, const void *reply)
{
    (void)reply;
    page_remember(p, (enum lang)form_page_choice(p, "lang", &enumeration_lang, p->reader.lang), p->theme);
    page_notice(p, WORDS_settings_saved);
    page_redirect(p, TEXT("/settings"));
}

bool plan_settings(struct page *p, struct submission *s)
{
    return form_page_submit(p, s, INDEX_ACCOUNT_SET, &(struct account_set_request){
        .op_id = page_op(p),
        .name = form_get(&p->form, "name"),
        .lang = form_get(&p->form, "lang"),
        .zone = form_get(&p->form, "zone"),
    }, done_settings);
}

/* ---- this device ---- */

static void done_look(struct page *p, const void *reply)
{
    struct text theme = form_get(&p->form, "theme");
    size_t i = 0;

    (void)reply;
    while (i < LOOKS && !text_equal(looks[i].name, theme))
        i++;
    page_remember(p, (enum lang)form_page_choice(p, "lang", &enumeration_lang, p->reader.lang), i < LOOKS ? (enum theme)i : p->theme);
    page_redirect(p, TEXT("/settings"));
}

bool plan_look(struct page *p, struct submission *s)
{
    (void)p;
    *s = (struct submission){.done = done_look};
    return true;
}

/* ---- the password ---- */

void view_password(struct page *p)
{
    static const struct form_page page = {TEMPLATE_password, WORDS_password_title, &form_place_settings};
    struct object *o = object_new(p->arena);

    page_form(p, o, "form", TEXT("/settings/password"));
    object_text(o, "handle", p->account.handle);
    object_number(o, "shortest", LIMIT_PASSWORD_MIN);
    form_page_show(p, &page, o);
}

static void done_password(struct page *p, const void *reply)
{
    (void)reply;
    page_notice(p, WORDS_password_changed);
    page_redirect(p, TEXT("/settings"));
}

bool plan_password(struct page *p, struct submission *s)
{
    return form_page_submit(p, s, INDEX_PASSWORD, &(struct password_request){
        .op_id = page_op(p),
        .old_password = form_get(&p->form, "old_password"),
        .new_password = form_get(&p->form, "new_password"),
    }, done_password);
}
