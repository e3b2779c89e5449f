#!/bin/sh
# Words for people stand in tables, in both languages: no Chinese in a string of a .c or .h file, but for rows
# of tables by language, the tests, and the generator of the reference.
set -eu
cd "$(dirname "$0")/../.."

found=$(grep -rnP --include='*.c' --include='*.h' '"[^"]*\p{sc:Han}[^"]*"' protocol client-lib terminal moderation server |
    grep -vP '^protocol/spec/|^[^:]+:\d+:\s*(\*|/\*|\[LANG_ZH\] =)' || true)
if [ -z "$found" ]; then
    echo "ok 1 - words for people stand in tables"
else
    echo "not ok 1 - words for people stand in tables"
    echo "$found" | sed 's/^/# /'
fi

# Every row of these tables has words in both languages, or in none.
empty=$(grep -nE '^(TELLING|SAYING|STATUS|FIELD_WORDS|VALUE)\(.*([^"]", ""|, "", "[^"].*)\)$' server/*.def terminal/*.def protocol/status.def protocol/types.def client-lib/*.def 2>/dev/null || true)
if [ -z "$empty" ]; then
    echo "ok 2 - every row has its words"
else
    echo "not ok 2 - every row has its words"
    echo "$empty" | sed 's/^/# /'
fi
echo "1..2"
[ -z "$found$empty" ]
