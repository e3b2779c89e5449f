/* See secret.h. */
#include "terminal/secret.h"

#include <errno.h>
#include <fcntl.h>
#include <termios.h>
#include <unistd.h>

void secret_wipe(struct secret *secret)
{
    explicit_bzero(secret, sizeof *secret);
}

enum { CTRL_C = 3, CTRL_D = 4, BACKSPACE = 8, CTRL_U = 21, DELETE = 127 };

/* Takes the last character back, all of its bytes. */
static void rub_out(struct secret *out)
{
    while (out->len && (out->at[out->len - 1] & 0xc0) == 0x80)
        out->len--;
    out->len -= out->len > 0;
}

/* Deals with a key that is not part of the password. False where it is. ECANCELED in errno: the person gave up. */
static bool edit(struct secret *out, char c)
{
    errno = 0;
    if (c == CTRL_C || (c == CTRL_D && out->len == 0))
        errno = ECANCELED;
    else if (c == BACKSPACE || c == DELETE)
        rub_out(out);
    else if (c == CTRL_U)
        out->len = 0;
    else
        return false;
    return true;
}

/*
 * Reads one line without buffering, so that nothing of it stays behind; keys edit it where it is `typed`. False at an
 * error, where the person gives up, or if it is too long: errno says which.
 */
static bool read_line(int fd, bool typed, struct secret *out)
{
    char c;

    out->len = 0;
    for (;;) {
        ssize_t n = read(fd, &c, 1);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return false;
        if (n == 0 || c == '\n')
            break;
        if (typed && edit(out, c)) {
            if (errno)
                return false;
            continue;
        }
        if (out->len + 1 == sizeof out->at) {
            errno = EMSGSIZE;
            return false;
        }
        out->at[out->len++] = c;
    }
    if (out->len && out->at[out->len - 1] == '\r')
        out->len--;
    return true;
}

/* Asks on the terminal. Keys send no signals meanwhile, so that the terminal never stays without echo. */
static bool ask(struct terminal *t, enum saying prompt, struct secret *out)
{
    int fd = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
    struct text words = say_text(t->english, prompt);
    struct termios before, silent;
    bool good;
    int reason;

    if (fd < 0)
        return false;
    if (tcgetattr(fd, &before) != 0) {
        close(fd);
        return false;
    }
    silent = before;
    silent.c_lflag &= ~(tcflag_t)(ECHO | ECHONL | ISIG | ICANON);
    silent.c_cc[VMIN] = 1;
    silent.c_cc[VTIME] = 0;
    tcsetattr(fd, TCSAFLUSH, &silent);
    good = write(fd, words.at, words.len) >= 0 && read_line(fd, true, out);
    reason = errno;
    tcsetattr(fd, TCSAFLUSH, &before);
    good = write(fd, "\n", 1) == 1 && good;
    close(fd);
    errno = reason;
    return good;
}

static enum outcome from_file(struct terminal *t, const char *path, struct secret *out)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    bool good = fd >= 0 && read_line(fd, false, out);

    if (fd >= 0)
        close(fd);
    return good ? OUTCOME_DONE : terminal_failed(t, SAY_CANNOT_READ, path);
}

enum outcome secret_get(struct terminal *t, enum option file, enum saying prompt, bool twice, struct secret *out)
{
    struct secret again;
    bool same;

    if (t->arguments->option[file])
        return from_file(t, t->arguments->option[file], out);
    if (!ask(t, prompt, out))
        return terminal_failed(t, SAY_NO_PASSWORD, NULL);
    if (!twice)
        return OUTCOME_DONE;
    if (!ask(t, SAY_PASSWORD_AGAIN, &again))
        return terminal_failed(t, SAY_NO_PASSWORD, NULL);
    same = text_equal(secret_text(out), secret_text(&again));
    secret_wipe(&again);
    if (same)
        return OUTCOME_DONE;
    secret_wipe(out);
    return terminal_misused(t, SAY_PASSWORDS_DIFFER, NULL);
}
