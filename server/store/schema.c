/* The schema files. A new one takes two lines here: EMBED, and its row. */
#include "server/store/engine.h"
#include "server/util/embed.h"

EMBED(schema_0001, "server/store/schema/0001_forum.sql");
EMBED(schema_0002, "server/store/schema/0002_session_renewal.sql");
EMBED(schema_0003, "server/store/schema/0003_feeds.sql");
EMBED(schema_0004, "server/store/schema/0004_search.sql");
EMBED(schema_0005, "server/store/schema/0005_push.sql");
EMBED(schema_0006, "server/store/schema/0006_search_top.sql");
EMBED(schema_0008, "server/store/schema/0008_moderation.sql");
EMBED(schema_0009, "server/store/schema/0009_audit.sql");
EMBED(schema_0010, "server/store/schema/0010_filters.sql");
EMBED(schema_0012, "server/store/schema/0012_split.sql");
EMBED(schema_0016, "server/store/schema/0016_passed.sql");
EMBED(schema_0017, "server/store/schema/0017_guests.sql");
EMBED(schema_0018, "server/store/schema/0018_decide.sql");
EMBED(schema_0019, "server/store/schema/0019_queue_topic.sql");
EMBED(schema_0020, "server/store/schema/0020_concerns.sql");
EMBED(schema_0021, "server/store/schema/0021_modlog.sql");
EMBED(schema_0022, "server/store/schema/0022_thread_hold.sql");
EMBED(schema_0023, "server/store/schema/0023_figures.sql");

const struct migration schema_migrations[] = {
    {1, schema_0001},
    {2, schema_0002},
    {3, schema_0003},
    {4, schema_0004},
    {5, schema_0005},
    {6, schema_0006},
    {8, schema_0008},
    {9, schema_0009},
    {10, schema_0010},
    {12, schema_0012},
    {16, schema_0016},
    {17, schema_0017},
    {18, schema_0018},
    {19, schema_0019},
    {20, schema_0020},
    {21, schema_0021},
    {22, schema_0022},
    {23, schema_0023},
};
const size_t schema_migration_count = sizeof schema_migrations / sizeof *schema_migrations;
