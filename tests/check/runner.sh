#!/bin/sh
# The runner itself, and the layers check: whatever can go wrong in a test is counted as a failure.
set -eu
cd "$(dirname "$0")/../.."

copy=$TMPDIR/copy
mkdir -p "$copy/tests/check" "$copy/tests/scenario" "$copy/build"
cp tests/run "$copy/tests/"
number=0
failed=0

# judged NAME LAST-LINE SCRIPT: a check with this script makes the runner close with this line.
judged() {
    number=$((number + 1))
    printf '%s\n' "$3" > "$copy/tests/check/one.sh"
    last=$("$copy/tests/run" --build build 2>&1 | tail -n 1)
    if [ "$last" = "$2" ]; then
        echo "ok $number - $1"
    else
        echo "not ok $number - $1"
        echo "# $last"
        failed=1
    fi
}

judged "a check without lines counts by its status" "1 passed, 0 failed" 'exit 0'
judged "... and fails by it" "0 passed, 1 failed" 'exit 3'
judged "lines are counted" "2 passed, 1 failed" 'echo "ok 1 - a"; echo "not ok 2 - b"; echo "ok 3"; exit 1'
judged "a status that no line explains" "1 passed, 1 failed" 'echo "ok 1 - a"; exit 1'
judged "a crash" "1 passed, 1 failed" 'echo "ok 1 - a"; kill -SEGV $$'
judged "a plan that was not kept" "1 passed, 1 failed" 'echo 1..2; echo "ok 1 - a"'
judged "a test that was skipped" "0 passed, 1 failed" 'echo "ok 1 - a # SKIP no network"'
judged "a test to be written" "0 passed, 1 failed" 'echo "ok 1 - a # TODO"'
judged "running too long, with children" "1 passed, 1 failed" '# time limit: 1 s
echo "ok 1 - a"; sleep 1000 & sleep 1000'
judged "a sanitizer's report" "1 passed, 1 failed" 'echo "ok 1 - a"; r=${ASAN_OPTIONS##*log_path=}; echo bad > "$r.1"'

# asked NAME LAST-LINE OPTION...: so called, the runner closes with this line. The check fails with other binaries.
asked() {
    name=$1 wanted=$2
    shift 2
    number=$((number + 1))
    last=$("$copy/tests/run" --build build "$@" 2>&1 | tail -n 1)
    if [ "$last" = "$wanted" ]; then
        echo "ok $number - $name"
    else
        echo "not ok $number - $name"
        echo "# $last"
        failed=1
    fi
}
echo '[ "${LUNTAN_BUILD##*/}" = build ]' > "$copy/tests/check/one.sh"
asked "another build's binaries are tested as well" "1 passed, 1 failed" --also 'other check'
asked "... by programs that there are" "1 passed, 1 failed" --also 'other check/two'
asked "a name that is no test" "0 passed, 1 failed" chekc
number=$((number + 1))
rm "$copy/tests/check/one.sh"
echo 'print("nothing")' > "$copy/tests/scenario/test_none.py"
last=$("$copy/tests/run" --build build 2>&1 | tail -n 1)
[ "$last" = "0 passed, 1 failed" ] && echo "ok $number - a program without a test" || { echo "not ok $number - a program without a test"; failed=1; }

# layers.sh notices each kind of include that runs back.
mkdir -p "$TMPDIR/layers/tests/check"
cp tests/check/layers.sh "$TMPDIR/layers/tests/check/"
noticed() { # FILE INCLUDE
    number=$((number + 1))
    mkdir -p "$TMPDIR/layers/$(dirname "$1")"
    echo "#include $2" > "$TMPDIR/layers/$1"
    if sh "$TMPDIR/layers/tests/check/layers.sh" > /dev/null 2>&1; then
        echo "not ok $number - $1 including $2 is noticed"
        failed=1
    else
        echo "ok $number - $1 including $2 is noticed"
    fi
    rm "$TMPDIR/layers/$1"
}
noticed protocol/a.c '"server/request.h"'
noticed client-lib/a.c '"server/util/log.h"'
noticed terminal/a.c '"client-lib/session.h"'
noticed moderation/a.h '"server/store/db.h"'
noticed server/forum/a.c '"server/net/server.h"'
noticed server/accounts/a.c '"server/hub/hub.h"'
noticed server/store/a.c '"server/request.h"'
noticed server/util/a.h '"server/store/db.h"'
noticed server/net/a.c '"server/forum/pages.h"'
noticed server/setup.c '<sqlite3.h>'
noticed server/main.c '<openssl/ssl.h>'
noticed client-lib/session.c '<openssl/ssl.h>'
noticed server/a.c '"terminal/say.h"'
echo "1..$number"
exit $failed
