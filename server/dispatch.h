/*
 * From the store back to the loops.
 *
 * A task is a job that came from a loop and returns to it. After each commit the writer hands every loop one
 * ordered batch: access changes first, then the answers of that loop's own tasks, then the events. Payloads of
 * events are copied once into one immutable block per commit, which all loops share; a loop drops its share when
 * no ring of its hub refers to it. Before any of that leaves, the generations are told what was changed, so that whoever
 * has an answer finds nothing kept that is older. Nothing here waits or takes a lock.
 *
 * dispatch_committed runs on the writer, dispatch_answered on readers and hashers, the rest on main before the
 * store starts.
 */
#ifndef LUNTAN_SERVER_DISPATCH_H
#define LUNTAN_SERVER_DISPATCH_H

#include "server/net/loop.h"
#include "server/request.h"
#include "server/store/store.h"

struct generations;
struct hub;
struct dispatch;

/* Every job that is given to the store while the loops run is a task. */
struct task {
    struct job job;                      /* first */
    struct parcel parcel;                /* on its way back */
    struct loop *loop;                   /* where it belongs */
    struct request *request;             /* whose events and access changes are told to all loops; or NULL */
    void (*settle)(struct task *task);   /* called on its loop when the store is done with it; may free it */
};

/* `generations`, or NULL, must live as long. NULL: no memory. */
struct dispatch *dispatch_new(struct generations *generations);
void dispatch_free(struct dispatch *dispatch);

/* Names loop `index`, its hub included. All loops are attached, from 0, before the first task is submitted. */
void dispatch_attach(struct dispatch *dispatch, struct loop *loop, struct hub *hub);

/* The store's hooks; `context` is the dispatch. */
void dispatch_committed(void *context, struct job *jobs);
void dispatch_answered(void *context, struct job *job);

#endif
