/*
 * The smallest program on libluntan: prints the boards of a forum.
 *
 *     example HOST PORT
 *
 * Built against the source tree as `build/release/example`; against an installed library:
 *     cc example.c $(pkg-config --cflags --libs --static libluntan)
 */
#include <stdio.h>
#include <stdlib.h>

#include <luntan.h>

static int show(struct luntan *forum)
{
    const struct visit_request visit = {0};
    const struct boards_request ask = {0};
    struct visit_reply visited;
    struct boards_reply boards;
    struct board_record board;

    if (luntan_visit(forum, &visit, &visited) || luntan_boards(forum, &ask, &boards)) {
        fprintf(stderr, "%s\n", luntan_words(forum));
        return 1;
    }
    while (items_next(&boards.boards, &shape_board_record, &board))
        printf("%.*s\t%.*s\n", (int)board.slug.len, board.slug.at, (int)board.name.len, board.name.at);
    return 0;
}

int main(int argc, char **argv)
{
    struct luntan_options options = {.client = "example/1"};

    if (argc != 3) {
        fprintf(stderr, "example HOST PORT\n");
        return 2;
    }
    options.host = argv[1];
    options.port = (uint16_t)strtoul(argv[2], NULL, 10);
    struct luntan *forum = luntan_new(&options);
    if (!forum)
        return 1;
    int status = show(forum);
    luntan_free(forum);
    return status;
}
