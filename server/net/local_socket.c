/* See local_socket.h. */
#include "server/net/local_socket.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum { MODE = 0660 };

struct local_socket {
    struct sockaddr_un address;
    int fd;
    bool ours;        /* it was bound */
    struct stat file; /* as we left it, by which it is known again */
};

static void *refuse(struct server_refusal *refusal, const char *path, const char *why)
{
    snprintf(refusal->text, sizeof refusal->text, "cannot listen on %s: %s", path, why);
    return NULL;
}

static int new_socket(void)
{
    return socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
}

/* Whether a socket stands there that nobody listens on. */
static bool is_stale(const struct sockaddr_un *address)
{
    struct stat found;
    int fd, error;

    if (lstat(address->sun_path, &found) < 0 || !S_ISSOCK(found.st_mode))
        return false;
    fd = new_socket();
    if (fd < 0)
        return false;
    error = connect(fd, (const struct sockaddr *)address, sizeof *address) < 0 ? errno : 0;
    close(fd);
    return error == ECONNREFUSED;
}

/* Nobody can connect before it listens, so that the mode is settled by then. */
static bool bind_it(struct local_socket *local)
{
    const struct sockaddr *address = (const struct sockaddr *)&local->address;

    if (bind(local->fd, address, sizeof local->address) < 0) {
        if (errno != EADDRINUSE)
            return false;
        if (!is_stale(&local->address)) {
            errno = EADDRINUSE;
            return false;
        }
        if (unlink(local->address.sun_path) < 0 || bind(local->fd, address, sizeof local->address) < 0)
            return false;
    }
    if (chmod(local->address.sun_path, MODE) < 0 || lstat(local->address.sun_path, &local->file) < 0)
        return false;
    return local->ours = true;
}

struct local_socket *local_socket_open(const char *path, struct server_refusal *refusal)
{
    struct local_socket *local = calloc(1, sizeof *local);

    if (!local)
        return refuse(refusal, path, strerror(ENOMEM));
    local->fd = -1;
    local->address.sun_family = AF_UNIX;
    if (strlen(path) >= sizeof local->address.sun_path) {
        local_socket_close(local);
        return refuse(refusal, path, strerror(ENAMETOOLONG));
    }
    memcpy(local->address.sun_path, path, strlen(path) + 1);
    local->fd = new_socket();
    if (local->fd < 0 || !bind_it(local)) {
        int error = errno;
        local_socket_close(local);
        return refuse(refusal, path, strerror(error));
    }
    return local;
}

int local_socket_bound(const struct local_socket *local)
{
    return local->fd;
}

void local_socket_shared(struct local_socket *local)
{
    close(local->fd);
    local->fd = -1;
}

/* Numbers of files are used again: one that was put in its place later has another time. */
static bool is_still_there(const struct local_socket *local)
{
    const struct stat *file = &local->file;
    struct stat found;

    return local->ours && lstat(local->address.sun_path, &found) == 0 && found.st_dev == file->st_dev &&
           found.st_ino == file->st_ino && found.st_ctim.tv_sec == file->st_ctim.tv_sec &&
           found.st_ctim.tv_nsec == file->st_ctim.tv_nsec;
}

void local_socket_close(struct local_socket *local)
{

    if (!local)
        return;
    if (is_still_there(local))
        unlink(local->address.sun_path);
    if (local->fd >= 0)
        close(local->fd);
    free(local);
}
