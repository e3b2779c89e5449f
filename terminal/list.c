/* See list.h. */
#include "terminal/list.h"

void list_settle(struct list *list, int height)
{
    if (list->chosen >= list->count)
        list->chosen = list->count - 1;
    if (list->chosen < 0)
        list->chosen = 0;
    if (list->chosen < list->top)
        list->top = list->chosen;
    if (height > 0 && list->chosen >= list->top + height)
        list->top = list->chosen - height + 1;
    if (list->top > list->count - height)
        list->top = list->count - height;
    if (list->top < 0)
        list->top = 0;
}

/* How far a key moves; 0 where it does not. */
static int step(const struct list *list, struct key key, int height)
{
    if (key.function)
        switch (key.code) {
        case KEY_UP:
            return -1;
        case KEY_DOWN:
            return 1;
        case KEY_PPAGE:
            return -height;
        case KEY_NPAGE:
            return height;
        case KEY_HOME:
            return -list->count - 1;
        case KEY_END:
            return list->count + 1;
        default:
            return 0;
        }
    switch (key.code) {
    case 'k':
        return -1;
    case 'j':
        return 1;
    case ' ':
        return height;
    case 'g':
        return -list->count - 1;
    case 'G':
        return list->count + 1;
    default:
        return 0;
    }
}

bool list_key(struct list *list, struct key key, int height)
{
    int by = step(list, key, height);

    list->chosen += by;
    list_settle(list, height);
    return by != 0;
}
