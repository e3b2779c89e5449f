#!/bin/sh
# Every file of code opens with a comment that says what it is for, and every header guards itself.
set -eu
cd "$(dirname "$0")/../.."

failed=0
bare=
unguarded=
for file in $(find protocol client-lib terminal moderation server tests -name '*.[ch]' -o -name '*.def' | grep -v '^build/' | sort); do
    case $(head -c 2 "$file") in
    '/*') ;;
    *) bare="$bare $file" ;;
    esac
    case $file in
    *.h) grep -q '^#ifndef LUNTAN_' "$file" || unguarded="$unguarded $file" ;;
    esac
done

verdict() { # NUMBER NAME OFFENDERS
    if [ -z "$3" ]; then
        echo "ok $1 - $2"
    else
        echo "not ok $1 - $2"
        echo "#$3"
        failed=1
    fi
}

verdict 1 "every file opens with a comment" "$bare"
verdict 2 "every header guards itself" "$unguarded"
verdict 3 "no file has tabs outside a Makefile, or white space at a line's end" \
    "$(grep -rlE --include='*.[ch]' --include='*.def' --include='*.py' '	| +$' protocol client-lib terminal moderation server tests || true)"
verdict 4 "nothing is left to be done later" \
    "$(grep -rlE --include='*.[ch]' --include='*.def' --include='*.py' --include='*.md' '\b(TODO|FIXME|XXX)\b' protocol client-lib terminal moderation server docs || true)"
echo "1..4"
exit $failed
