/* See assets.h: the files, their addresses and codings, made ready once. */
#include "server/web/assets.h"

#include <sodium.h>
#include <stdlib.h>

#include "server/http/encoding.h"
#include "server/util/embed.h"

enum {
    HASH_BYTES = 6, /* in an address: enough to tell our own versions apart */
    ARENA = 8 * 1024 * 1024,
};

#define ASSET(NAME, file, type) EMBED(asset_##NAME, "server/web/assets/" file);
#include "server/web/assets.def"
#undef ASSET

struct source {
    struct text file, type;
    bool placed;
    const char *at, *end;
};

static const struct source sources[ASSETS] = {
#define ASSET(NAME, file, type) [ASSET_##NAME] = {TEXT_INIT(file), TEXT_INIT(type), false, asset_##NAME, asset_##NAME##_end},
#define PLACED(NAME, file, type) [ASSET_##NAME] = {TEXT_INIT(file), TEXT_INIT(type), true, asset_##NAME, asset_##NAME##_end},
#include "server/web/assets.def"
#undef ASSET
};

/* One file in each coding; a body is absent where the coding does not make it shorter. */
struct file {
    struct text path;
    struct text body[ENCODINGS], etag[ENCODINGS];
};

struct assets {
    struct arena *arena;
    struct file files[ASSETS];
};

#define UNDER TEXT("/static/")

static bool file_make(struct file *file, const struct source *source, struct arena *arena)
{
    struct text bytes = {source->at, (size_t)(source->end - source->at)};
    uint8_t digest[crypto_generichash_BYTES_MIN];
    char hash[2 * HASH_BYTES + 1];

    crypto_generichash(digest, sizeof digest, (const unsigned char *)bytes.at, bytes.len, NULL, 0);
    sodium_bin2hex(hash, sizeof hash, digest, HASH_BYTES);
    file->path = source->placed ? arena_format(arena, "/%s", source->file.at) :
                                  arena_format(arena, "%s%s/%s", UNDER.at, hash, source->file.at);
    for (enum encoding coding = ENCODING_NONE; coding < ENCODINGS; coding++) {
        struct text name = encoding_name(coding);
        file->body[coding] = coding == ENCODING_NONE ? bytes : encoding_apply(coding, EFFORT_BEST, bytes, arena);
        file->etag[coding] = arena_format(arena, "\"%s%s%.*s\"", hash, name.len ? "-" : "", (int)name.len, name.len ? name.at : "");
    }
    return !arena_failed(arena);
}

struct assets *assets_new(void)
{
    struct assets *assets = calloc(1, sizeof *assets);

    if (!assets)
        return NULL;
    assets->arena = arena_new(ARENA);
    if (!assets->arena)
        goto out;
    for (enum asset asset = 0; asset < ASSETS; asset++)
        if (!file_make(&assets->files[asset], &sources[asset], assets->arena))
            goto out;
    return assets;
out:
    assets_free(assets);
    return NULL;
}

void assets_free(struct assets *assets)
{
    if (!assets)
        return;
    arena_free(assets->arena);
    free(assets);
}

struct text assets_path(const struct assets *assets, enum asset asset)
{
    return assets->files[asset].path;
}

static bool text_begins(struct text text, struct text beginning)
{
    return text.len >= beginning.len && memcmp(text.at, beginning.at, beginning.len) == 0;
}

/* After the last slash. */
static struct text path_name(struct text path)
{
    size_t from = path.len;

    while (from > 0 && path.at[from - 1] != '/')
        from--;
    return (struct text){path.at + from, path.len - from};
}

/* Whether the path is /static/ANYTHING/NAME of an unplaced file, or a placed file's own. */
static bool path_leads_to(struct text path, struct text name, enum asset asset, const struct assets *assets)
{
    const struct source *source = &sources[asset];

    if (source->placed)
        return text_equal(path, assets->files[asset].path);
    return text_begins(path, UNDER) && path.len == assets->files[asset].path.len && text_equal(name, source->file);
}

static enum asset asset_find(const struct assets *assets, struct text path)
{
    struct text name = path_name(path);
    enum asset asset = 0;

    while (asset < ASSETS && !path_leads_to(path, name, asset, assets))
        asset++;
    return asset;
}

static struct text cache_control(const struct assets *assets, enum asset asset, struct text path)
{
    if (sources[asset].placed)
        return TEXT("public, max-age=86400");
    if (text_equal(path, assets->files[asset].path))
        return TEXT("public, max-age=31536000, immutable");
    return TEXT("no-cache");
}

static void answer_short(struct exchange *x, unsigned status)
{
    static const struct http_field allow[] = {{TEXT_INIT("Allow"), TEXT_INIT("GET, HEAD")}};

    exchange_answer(x, &(struct http_answer){.status = status, .fields = allow, .field_count = status == 405,
                                             .type = TEXT("text/plain"), .body = status == 405 ? TEXT("405\n") : TEXT("404\n")});
}

static void answer_file(const struct assets *assets, enum asset asset, struct exchange *x)
{
    const struct file *file = &assets->files[asset];
    enum encoding coding = encoding_choose(exchange_field(x, TEXT("accept-encoding")));
    const struct http_field fields[] = {
        {TEXT("Cache-Control"), cache_control(assets, asset, exchange_request(x)->path)},
        {TEXT("Vary"), TEXT("Accept-Encoding")},
        {TEXT("X-Content-Type-Options"), TEXT("nosniff")},
        {TEXT("Cross-Origin-Resource-Policy"), TEXT("same-origin")},
        {TEXT("Content-Security-Policy"), TEXT("default-src 'none'; frame-ancestors 'none'")},
    };

    if (!file->body[coding].at)
        coding = ENCODING_NONE;
    exchange_answer(x, &(struct http_answer){
                           .status = 200,
                           .type = sources[asset].type,
                           .fields = fields,
                           .field_count = sizeof fields / sizeof *fields,
                           .body = file->body[coding],
                           .etag = file->etag[coding],
                           .encoding = encoding_name(coding),
                           .ranges = true,
                       });
}

bool assets_answer(const struct assets *assets, struct exchange *x)
{
    const struct http_request *request = exchange_request(x);
    enum asset asset = asset_find(assets, request->path);

    if (asset == ASSETS && !text_begins(request->path, UNDER))
        return false;
    if (asset == ASSETS)
        answer_short(x, 404);
    else if (request->method != METHOD_GET)
        answer_short(x, 405);
    else
        answer_file(assets, asset, x);
    return true;
}
