/*
 * luntand: reads the settings, opens the store, sets a new installation up, serves until it is told to stop.
 *
 * Main's own thread does nothing else; after the start it waits for signals:
 *
 *     TERM, INT   stop: no new connections, finish what is under way, end; a second one ends at once
 *     HUP         read the certificate again; one that cannot be used changes nothing
 *     USR1        make a backup
 *
 * Standard output is for whoever started it: `invitation CODE` (once), `fingerprint HEX`, `proxy WHERE` (where one is
 * listened for), `ready ADDR:PORT`.
 * Exit status 0 after stopping in order, 1 where something failed, 2 where the settings are wrong.
 */
#include <errno.h>
#include <malloc.h>
#include <pthread.h>
#include <signal.h>
#include <sodium.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "server/backups.h"
#include "server/config.h"
#include "server/dispatch.h"
#include "server/feeds/push.h"
#include "server/forum/filters_cache.h"
#include "server/generations.h"
#include "server/http/http.h"
#include "server/hub/commons.h"
#include "server/indexer.h"
#include "server/native/native.h"
#include "server/net/certificate.h"
#include "server/net/server.h"
#include "server/rate.h"
#include "server/setup.h"
#include "server/web/web.h"

/* Memory of requests comes and goes all the time: given back to the system each time, its pages would have to be made anew. */
enum { MMAP_BYTES = 32 * 1024 * 1024, TRIM_BYTES = 128 * 1024 * 1024 };
enum { EXIT_REFUSED = 2, CERTIFICATE_WARNING_DAYS = 30 };

/* Everything that serves, in the order in which it starts. */
struct daemon {
    const struct config *config;
    struct arena *arena;
    struct boards_file boards;
    struct generations *generations;
    struct dispatch *dispatch;
    struct store *store;
    struct ssl_ctx_st *tls;
    struct site site;
    struct hub_source hubs;
    struct native *native;
    struct push_networks networks;
    struct push *push;
    struct web *web;
    struct http *http;
    struct server *server;
    struct indexer *indexer;
    sigset_t signals;
};

static void say_complaint(const struct complaint *complaint)
{
    fprintf(stderr, "luntand: %s\n", complaint->text);
}

static bool give_up(const char *text)
{
    fprintf(stderr, "luntand: %s\n", text);
    return false;
}

static bool give_up_told(const struct config *config, enum telling what)
{
    char text[256];

    tell_into(text, sizeof text, config->english, what, TOLD_NOTHING);
    return give_up(text);
}

/* One line on standard output, at once. */
#define announce(...) (printf(__VA_ARGS__), fflush(stdout))

/* ---- the process ---- */

/* No files for others, no memory in core files, as many connections as the system grants, no surprises by signals. */
static void prepare_process(sigset_t *signals)
{
    static const int taken[] = {SIGTERM, SIGINT, SIGHUP, SIGUSR1};
    struct rlimit files, none = {0, 0};

    umask(077);
    mallopt(M_MMAP_THRESHOLD, MMAP_BYTES);
    mallopt(M_TRIM_THRESHOLD, TRIM_BYTES);
#ifndef LUNTAN_TRACEABLE /* the leak sanitizer traces the process that it is part of */
    prctl(PR_SET_DUMPABLE, 0);
#endif
    setrlimit(RLIMIT_CORE, &none);
    if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
        files.rlim_cur = files.rlim_max;
        setrlimit(RLIMIT_NOFILE, &files);
    }
    signal(SIGPIPE, SIG_IGN);
    sigemptyset(signals);
    for (size_t i = 0; i < sizeof taken / sizeof *taken; i++)
        sigaddset(signals, taken[i]);
    pthread_sigmask(SIG_BLOCK, signals, NULL); /* threads inherit it */
}

static unsigned cores(void)
{
    long count = sysconf(_SC_NPROCESSORS_ONLN);

    return count < 1 ? 1 : count > SERVER_LOOPS_MAX ? SERVER_LOOPS_MAX : (unsigned)count;
}

/* ---- starting ---- */

static bool load_certificate(struct daemon *d, bool make, struct ssl_ctx_st **out, struct complaint *complaint)
{
    const struct config *config = d->config;
    struct certificate_source source = {config->data, config->certificate, config->key, make, config->english};
    struct certificate_facts facts;

    *out = certificate_load(&source, &facts, complaint);
    if (!*out)
        return false;
    log_line(facts.days_left < CERTIFICATE_WARNING_DAYS ? LOG_LEVEL_WARNING : LOG_LEVEL_INFO, "certificate",
             (const struct log_value[]){LOG_TEXT("fingerprint", text_of(facts.fingerprint)),
                                        LOG_NUMBER("days_left", facts.days_left), LOG_END});
    announce("fingerprint %s\n", facts.fingerprint);
    return true;
}

static bool open_store(struct daemon *d)
{
    const struct config *config = d->config;
    struct store_refusal refusal = {""};
    bool created;
    struct store_options options = {
        .directory = config->data,
        .readers = config->readers ? config->readers : cores(),
        .hashers = config->hashers ? config->hashers : (cores() + 1) / 2,
        .committed = dispatch_committed, .answered = dispatch_answered, .context = d->dispatch,
    };

    d->store = store_open(&options, &created, &refusal);
    if (d->store)
        log_info("store", LOG_NUMBER("created", created));
    return d->store || give_up(refusal.text);
}

static bool set_up(struct daemon *d)
{
    char code[CODES_CHARS + 1];

    if (!setup_run(d->store, &d->boards, code))
        return give_up_told(d->config, TELL_SETUP_FAILED);
    if (code[0])
        announce("invitation %s\n", code);
    sodium_memzero(code, sizeof code);
    return true;
}

/* Feeds are pushed only where that is wanted. */
static bool make_push(struct daemon *d)
{
    struct text url = d->config->url;

    if (!d->config->push)
        return true;
    d->push = push_new(&(struct push_options){
        .store = d->store, .generations = d->generations, .networks = &d->networks,
        .hub = arena_format(d->arena, "%.*s/hub", (int)url.len, url.at),
    });
    return d->push || give_up_told(d->config, TELL_PUSH_UNSTARTED);
}

/* From itself the server is reached where it listens; if that is everywhere, at loopback. */
static bool start_push(struct daemon *d)
{
    const struct config_address *at = &d->config->listen;
    bool anywhere = strcmp(at->address, "0.0.0.0") == 0 || strcmp(at->address, "::") == 0;
    const char *loopback = at->six ? "::1" : "127.0.0.1";
    char here[sizeof at->address + 16];

    if (!d->push)
        return true;
    snprintf(here, sizeof here, at->six ? "[%s]:%u" : "%s:%u", anywhere ? loopback : at->address, server_port(d->server));
    return push_start(d->push, here) || give_up_told(d->config, TELL_PUSH_UNSTARTED);
}

/* What is spoken: luntan/1, and the pages. */
static bool make_faces(struct daemon *d)
{
    const struct config *config = d->config;
    const struct text none = {NULL, 0};
    struct web_options pages = {
        .store = d->store, .site = &d->site, .generations = d->generations, .url = config->url.len ? config->url : none,
        .push = d->push, .hub = d->push ? push_hub(d->push) : none,
        .streams = config->max_connections - config->max_connections / 4, /* so that pages can still be asked for */
    };
    char why[256];

    d->hubs = (struct hub_source){d->store, d->dispatch};
    d->native = native_new(&(struct native_options){.store = d->store, .site = &d->site});
    if (!d->native)
        return give_up_told(config, TELL_NO_MEMORY);
    d->web = web_new(&pages, why, sizeof why);
    if (!d->web)
        return give_up(why);
    d->http = http_new(&(struct http_options){.app = web_app(), .context = d->web, .proxy_field = config->proxy_field});
    return d->http || give_up_told(config, TELL_NO_MEMORY);
}

static void announce_at(const char *word, const struct config_address *at, uint16_t port)
{
    announce(at->six ? "%s [%s]:%u\n" : "%s %s:%u\n", word, at->address, port);
}

static void announce_proxy(const struct daemon *d)
{
    const struct config_local *local = &d->config->proxy_listen;

    if (local->path[0])
        announce("proxy unix:%s\n", local->path);
    else if (local->address.address[0])
        announce_at("proxy", &local->address, server_plain_port(d->server));
}

static bool start_server(struct daemon *d)
{
    const struct config *config = d->config;
    struct server_refusal refusal;
    struct server_options options = {
        .address = config->listen.address, .port = config->listen.port,
        .plain_path = config->proxy_listen.path[0] ? config->proxy_listen.path : NULL,
        .plain_address = config->proxy_listen.address.address[0] ? config->proxy_listen.address.address : NULL,
        .plain_port = config->proxy_listen.address.port,
        .loops = config->loops ? config->loops : cores(), .tls = d->tls,
        .max_connections = config->max_connections, .prefix_connections = config->prefix_connections,
        .memory = (size_t)config->memory_mb * 1024 * 1024,
        .commons = hub_commons(), .commons_context = &d->hubs,
        .native = native_face(), .native_context = d->native, .web = http_face(), .web_context = d->http,
    };

    d->server = server_start(&options, &refusal);
    if (!d->server)
        return give_up(refusal.text);
    if (!start_push(d))
        return false;
    log_info("ready", LOG_NUMBER("port", server_port(d->server)), LOG_NUMBER("loops", options.loops),
             LOG_TEXT("version", TEXT(LUNTAN_VERSION)));
    announce_proxy(d);
    announce_at("ready", &config->listen, server_port(d->server));
    return true;
}

static bool start(struct daemon *d)
{
    const struct config *config = d->config;
    struct complaint complaint;

    d->generations = generations_new();
    d->dispatch = d->generations ? dispatch_new(d->generations) : NULL;
    if (!d->dispatch)
        return give_up_told(config, TELL_NO_MEMORY);
    if (!open_store(d) || !set_up(d))
        return false;
    if (!load_certificate(d, true, &d->tls, &complaint)) {
        say_complaint(&complaint);
        return false;
    }
    d->site = (struct site){
        .name = config->name,
        .url = config->url.len ? config->url : (struct text){NULL, 0},
        .totp_grace_ms = (int64_t)config->totp_grace_days * 24 * 60 * 60 * 1000,
        .hold_first = (uint64_t)config->hold_first,
        .hold_rate = (uint64_t)config->hold_rate,
        .guest_question = config->guest_question,
        .guest_answers = config->guest_answers,
        .filters = filter_cache_new(),
        .rates = config->rate_limits ? rate_table_new() : NULL,
    };
    if ((config->rate_limits && !d->site.rates) || !d->site.filters)
        return give_up_told(config, TELL_NO_MEMORY);
    if (!make_push(d) || !make_faces(d))
        return false;
    if (!store_start(d->store))
        return give_up_told(config, TELL_STORE_UNSTARTED);
    d->indexer = indexer_start(d->store, INDEXER_MERGE_AFTER_MS);
    if (!d->indexer)
        return give_up_told(config, TELL_NO_MEMORY);
    return start_server(d);
}

/* ---- serving ---- */

static void reload_certificate(struct daemon *d)
{
    struct ssl_ctx_st *fresh;
    struct complaint complaint;

    if (!load_certificate(d, false, &fresh, &complaint)) {
        log_error("certificate_kept", LOG_TEXT("reason", text_of(complaint.text)));
        return;
    }
    server_reload_tls(d->server, fresh);
    certificate_free(d->tls);
    d->tls = fresh;
}

static void make_backup(struct daemon *d)
{
    struct store_refusal refusal;

    if (backups_make(d->store, d->config->data, d->config->backups, &refusal))
        log_info("backup", LOG_NUMBER("kept", d->config->backups));
    else
        log_error("backup_failed", LOG_TEXT("reason", text_of(refusal.text)));
}

/* Waits for the next signal. */
static int next_signal(const struct daemon *d)
{
    int got;

    do
        got = sigwaitinfo(&d->signals, NULL);
    while (got < 0 && errno == EINTR);
    return got;
}

static bool is_stop(int number)
{
    return number == SIGTERM || number == SIGINT;
}

/* Lets what is under way finish, until nobody is connected, the time is over, or somebody asks again. */
static void drain(struct daemon *d)
{
    enum { STEP_MS = 20 };
    const struct timespec step = {0, STEP_MS * 1000000L};
    unsigned steps = d->config->drain_seconds * 1000 / STEP_MS;

    bool empty = server_drain(d->server, 0);
    while (!empty && steps-- && !is_stop(sigtimedwait(&d->signals, NULL, &step)))
        empty = !server_figures(d->server).connections;
    log_info("drained", LOG_NUMBER("connections", server_figures(d->server).connections));
}

static void serve(struct daemon *d)
{
    int number = next_signal(d);

    for (; number > 0 && !is_stop(number); number = next_signal(d)) {
        if (number == SIGHUP)
            reload_certificate(d);
        else
            make_backup(d);
    }
    log_info("stopping", LOG_NUMBER("signal", number));
    push_stop(d->push); /* its own connections would be waited for */
    drain(d);
}

/* Ends whatever was started, in the opposite order. */
static void stop(struct daemon *d)
{
    if (d->server)
        server_stop(d->server);
    push_stop(d->push);
    indexer_stop(d->indexer);
    store_close(d->store);
    server_free(d->server);
    http_free(d->http);
    web_free(d->web);
    push_free(d->push);
    if (d->native)
        native_free(d->native);
    if (d->dispatch)
        dispatch_free(d->dispatch);
    generations_free(d->generations);
    filter_cache_free(d->site.filters);
    if (d->site.rates)
        rate_table_free(d->site.rates);
    certificate_free(d->tls);
}

/* ---- what the command line asks for ---- */

static int do_serve(struct daemon *d)
{
    int status = EXIT_FAILURE;

    if (start(d)) {
        serve(d);
        status = EXIT_SUCCESS;
    }
    stop(d);
    log_info("stopped", LOG_NUMBER("status", status));
    return status;
}

static int do_invite(struct daemon *d)
{
    char code[CODES_CHARS + 1];
    bool made = false;

    d->dispatch = dispatch_new(NULL);
    if (!d->dispatch)
        give_up_told(d->config, TELL_NO_MEMORY);
    else if (open_store(d) && set_up(d))
        made = setup_invite(d->store, code) || give_up_told(d->config, TELL_SETUP_FAILED);
    stop(d);
    if (made)
        announce("invitation %s\n", code);
    return made ? EXIT_SUCCESS : EXIT_FAILURE;
}

static int do_check(struct daemon *d)
{
    struct complaint complaint;
    char text[256];

    if (d->config->certificate[0] && !load_certificate(d, false, &d->tls, &complaint)) {
        say_complaint(&complaint);
        return EXIT_REFUSED;
    }
    certificate_free(d->tls);
    tell_into(text, sizeof text, d->config->english, TELL_CHECKED, TOLD_NOTHING);
    announce("%s\n", text);
    return EXIT_SUCCESS;
}

static bool read_networks(struct daemon *d, struct complaint *complaint)
{
    char most[16];

    if (push_networks_read(d->config->push_networks, &d->networks))
        return true;
    snprintf(most, sizeof most, "%d", PUSH_NETWORKS);
    return complain(complaint, d->config->english, NULL, "push_networks", TELL_NETWORKS, TOLD(most));
}

static int run(const struct config *config, enum config_action action)
{
    struct daemon d = {.config = config, .arena = config->arena};
    struct complaint complaint;

    log_set_level(config->log_level);
    if (!read_networks(&d, &complaint)) {
        say_complaint(&complaint);
        return EXIT_REFUSED;
    }
    if (!boards_file_read(config->boards, d.arena, config->english, &d.boards, &complaint)) {
        say_complaint(&complaint);
        return EXIT_REFUSED;
    }
    prepare_process(&d.signals);
    if (sodium_init() < 0)
        return EXIT_FAILURE;
    if (action == CONFIG_CHECK)
        return do_check(&d);
    return action == CONFIG_INVITE ? do_invite(&d) : do_serve(&d);
}

int main(int argc, char **argv)
{
    struct config config;
    struct complaint complaint;
    enum config_action action = config_read(&config, argc, argv, getenv("LANG"), &complaint);
    int status = EXIT_SUCCESS;

    if (action == CONFIG_REFUSED) {
        say_complaint(&complaint);
        give_up_told(&config, TELL_TRY_HELP);
        status = EXIT_REFUSED;
    } else if (action == CONFIG_HELP) {
        config_help(stdout, config.english);
    } else if (action == CONFIG_VERSION) {
        announce("luntand %s\n", LUNTAN_VERSION);
    } else {
        status = run(&config, action);
    }
    config_fini(&config);
    return status;
}
