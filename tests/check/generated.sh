#!/bin/sh
# What is generated from the tables and checked in says what the tables say now.
set -eu
cd "$(dirname "$0")/../.."

failed=0
verdict() { # NUMBER NAME STATUS
    [ "$3" = 0 ] && echo "ok $1 - $2" || { echo "not ok $1 - $2"; failed=1; }
}
same() { # VERB FILE
    "$LUNTAN_BUILD/spec" "$1" > "$TMPDIR/$1" && diff -u "$2" "$TMPDIR/$1" | head -n 20
    cmp -s "$2" "$TMPDIR/$1"
}

status=0; same reference protocol/REFERENCE.md || status=1
verdict 1 "REFERENCE.md is that of the tables (make spec)" $status
status=0; same cddl protocol/luntan.cddl || status=1
verdict 2 "luntan.cddl is that of the tables (make spec)" $status
status=0; "$LUNTAN_BUILD/spec" check protocol/released.keys || status=1
verdict 3 "no released key was reused or retyped" $status
status=0; docs/man/tables --check || status=1
verdict 4 "manual pages and etc/luntan.conf are those of the tables (make spec)" $status
echo "1..4"
exit $failed
