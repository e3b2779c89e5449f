/* See batch.h. */
#include "server/hub/batch.h"

#include <stdlib.h>

void batch_part_keep(struct batch_part *part)
{
    part->uses++;
}

void batch_part_drop(struct batch_part *part)
{
    struct batch *batch = part->batch;

    if (--part->uses > 0)
        return;
    if (atomic_fetch_sub_explicit(&batch->parts_in_use, 1, memory_order_acq_rel) == 1)
        free(batch);
}
