/* See body.h. */
#include "terminal/body.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { SAVE_MS = 10000 };

void body_free(struct body *body)
{
    free(body->at);
    *body = (struct body){.at = NULL};
}

bool body_copy(struct body *out, struct text text)
{
    out->at = malloc(text.len + 1);
    if (!out->at)
        return false;
    if (text.len)
        memcpy(out->at, text.at, text.len);
    out->at[text.len] = '\0';
    out->len = text.len;
    return true;
}

/* Reads to the end of `fd`. */
static bool read_all(struct body *out, int fd)
{
    size_t cap = BODY_MOST + 1;
    ssize_t n = 1;

    *out = (struct body){.at = malloc(cap + 1)};
    if (!out->at)
        return false;
    while (out->len < cap && n > 0) {
        n = read(fd, out->at + out->len, cap - out->len);
        if (n < 0 && errno == EINTR)
            n = 1;
        else if (n > 0)
            out->len += (size_t)n;
    }
    out->at[out->len] = '\0';
    if (n >= 0 && out->len <= BODY_MOST)
        return true;
    n = n < 0 ? errno : EFBIG;
    body_free(out);
    errno = (int)n;
    return false;
}

bool body_read(struct body *out, const char *path)
{
    int fd = strcmp(path, "-") == 0 ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    bool good = fd >= 0 && read_all(out, fd);
    int reason = errno;

    if (fd > STDIN_FILENO)
        close(fd);
    errno = reason;
    return good;
}

/* ---- the editor ---- */

static bool write_all(int fd, struct text text)
{
    while (text.len) {
        ssize_t n = write(fd, text.at, text.len);
        if (n < 0 && errno != EINTR)
            return false;
        if (n > 0) {
            text.at += n;
            text.len -= (size_t)n;
        }
    }
    return true;
}

/* A file of the owner's alone that holds `text`; its name in `path`. */
static bool make_file(char path[PATH_MAX], struct text text)
{
    const char *directory = getenv("TMPDIR");
    int fd;
    bool good;

    if (snprintf(path, PATH_MAX, "%s/luntan-XXXXXX.md", directory && directory[0] ? directory : "/tmp") >= PATH_MAX)
        return false;
    fd = mkostemps(path, 3, O_CLOEXEC);
    if (fd < 0)
        return false;
    good = write_all(fd, text);
    good = close(fd) == 0 && good;
    if (!good)
        unlink(path);
    return good;
}

static const char *editor(void)
{
    const char *visual = getenv("VISUAL"), *plain = getenv("EDITOR");

    if (visual && visual[0])
        return visual;
    return plain && plain[0] ? plain : "vi";
}

/* Starts the editor on the file; its process, or -1. */
static pid_t start(const char *path)
{
    char command[PATH_MAX];
    pid_t child;

    if (snprintf(command, sizeof command, "%s \"$@\"", editor()) >= (int)sizeof command) {
        errno = E2BIG;
        return -1;
    }
    child = fork();
    if (child == 0) {
        signal(SIGINT, SIG_DFL);
        signal(SIGQUIT, SIG_DFL);
        execl("/bin/sh", "sh", "-c", command, "editor", path, (char *)NULL);
        _exit(127);
    }
    return child;
}

/* Hands over what the file holds, if it is another state than the last time. */
static void look(const char *path, struct timespec *last, void (*saved)(void *context, struct text text), void *context)
{
    struct stat now;
    struct body body;

    if (stat(path, &now) != 0 || (now.st_mtim.tv_sec == last->tv_sec && now.st_mtim.tv_nsec == last->tv_nsec))
        return;
    *last = now.st_mtim;
    if (!body_read(&body, path))
        return;
    saved(context, body_text(&body));
    body_free(&body);
}

/* Waits for the editor, looking at the file meanwhile. Whether it ended well. */
static bool attend(pid_t child, const char *path, void (*saved)(void *context, struct text text), void *context)
{
    struct pollfd end = {.fd = (int)syscall(SYS_pidfd_open, child, 0), .events = POLLIN};
    struct stat begun;
    struct timespec last = {0, 0};
    int status = 0;

    if (stat(path, &begun) == 0)
        last = begun.st_mtim;
    while (end.fd >= 0 && saved) {
        int n = poll(&end, 1, SAVE_MS);
        if (n == 0)
            look(path, &last, saved, context);
        else if (n > 0 || errno != EINTR)
            break;
    }
    if (end.fd >= 0)
        close(end.fd);
    while (waitpid(child, &status, 0) < 0 && errno == EINTR)
        ;
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/* Editors end a text with a line's end; where there was none, there is none. */
static void trim_end(struct body *body, bool had_end)
{
    if (!had_end && body->len && body->at[body->len - 1] == '\n')
        body->at[--body->len] = '\0';
}

bool body_edit(struct body *body, void (*saved)(void *context, struct text text), void *context)
{
    struct sigaction ignore = {.sa_handler = SIG_IGN}, interrupt, quit;
    char path[PATH_MAX];
    struct body edited = {.at = NULL};
    bool good, had_end = body->len && body->at[body->len - 1] == '\n';
    pid_t child;

    if (!make_file(path, body_text(body)))
        return false;
    sigaction(SIGINT, &ignore, &interrupt);
    sigaction(SIGQUIT, &ignore, &quit);
    child = start(path);
    errno = ECANCELED;
    good = child > 0 && attend(child, path, saved, context) && body_read(&edited, path);
    sigaction(SIGINT, &interrupt, NULL);
    sigaction(SIGQUIT, &quit, NULL);
    unlink(path);
    if (!good)
        return false;
    trim_end(&edited, had_end);
    body_free(body);
    *body = edited;
    return true;
}
