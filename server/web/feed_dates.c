/* See feed_dates.h. */
#include "server/web/feed_dates.h"

#include <pthread.h>
#include <stdlib.h>

enum { PLACES = 4096 };

struct place {
    uint64_t feed, bytes;
    int64_t since;   /* seconds */
    bool undated;
};

struct feed_dates {
    pthread_mutex_t lock;
    struct place places[PLACES];
};

struct feed_dates *feed_dates_new(void)
{
    struct feed_dates *dates = calloc(1, sizeof *dates);

    if (dates)
        pthread_mutex_init(&dates->lock, NULL);
    return dates;
}

void feed_dates_free(struct feed_dates *dates)
{
    if (!dates)
        return;
    pthread_mutex_destroy(&dates->lock);
    free(dates);
}

int64_t feed_dates_note(struct feed_dates *dates, uint64_t feed, uint64_t bytes, int64_t now, bool *undated)
{
    struct place *place = &dates->places[feed % PLACES];

    pthread_mutex_lock(&dates->lock);
    if (place->feed != feed)
        *place = (struct place){feed, bytes, now, false};
    else if (place->bytes != bytes)
        *place = (struct place){feed, bytes, now > place->since ? now : place->since, now <= place->since};
    int64_t since = place->since;
    *undated = place->undated;
    pthread_mutex_unlock(&dates->lock);
    return since;
}
