/* See compose.h. */
#include "terminal/compose.h"

/* Runs the editor. False where the text cannot be used or there is none. */
static bool run_editor(struct ui *ui, struct writing *w)
{
    enum luntan_result result;
    bool edited;

    ui_suspend();
    result = writing_edit(ui->t, w, &edited);
    ui_resume(ui);
    ui_did(ui, result);
    if (!edited && result != LUNTAN_REFUSED)
        ui_fail(ui, SAY_UI_EDITOR_FAILED);
    else if (edited && !wire_utf8(w->body.at, w->body.len, NULL))
        ui_fail(ui, SAY_UI_NOT_UTF8);
    else if (edited && w->body.len)
        return true;
    return false;
}

/* Says where the text is now. */
static void tell_where(struct ui *ui, struct writing *w)
{
    char name[NAME_ROOM] = "";
    enum saying where = writing_where(ui->t, w, name);

    if (where == SAY_DRAFT_KEPT)
        UI_SAY(ui, SAY_UI_DRAFT_KEPT);
    else if (where != SAY_NOTHING_LOST)
        UI_SAY(ui, where, SAID_TEXT(text_of(name)));
}

static bool send_it(struct ui *ui, struct writing *w, struct written *out)
{
    if (!ui_did(ui, writing_send(ui->t, w, out)))
        return false;
    UI_SAY(ui, SAY_UI_SENT, SAID_NUMBER(out->floor));
    return true;
}

/* Asks what is to become of the text until that is settled. True where it was posted. */
static bool decide(struct ui *ui, struct writing *w, struct written *out)
{
    for (;;) {
        switch (ui_choose(ui, SAY_UI_SEND_QUESTION, "yedx")) {
        case 'y':
            if (send_it(ui, w, out))
                return true;
            break;
        case 'e':
            if (!run_editor(ui, w) && w->body.len == 0)
                return false;
            break;
        case 'x':
            if (ui_choose(ui, SAY_UI_SURE, "y") != 'y')
                break;
            if (ui_did(ui, writing_discard(ui->t, w)))
                UI_SAY(ui, SAY_DRAFT_GONE);
            return false;
        default:
            tell_where(ui, w);
            return false;
        }
    }
}

bool compose(struct ui *ui, struct writing *w, struct written *out)
{
    bool sent = false;

    if (run_editor(ui, w)) {
        sent = decide(ui, w, out);
    } else if (w->body.len == 0 && w->version) {
        if (writing_discard(ui->t, w) == LUNTAN_OK && !ui->alarm)
            UI_SAY(ui, SAY_NOTHING_WRITTEN);
    } else if (w->body.len) {
        tell_where(ui, w);
    }
    writing_free(w);
    return sent;
}
