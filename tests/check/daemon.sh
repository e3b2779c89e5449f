#!/bin/sh
# The daemon's command line, as an administrator meets it: help, checks and refusals, with their exit status.
set -eu
cd "$(dirname "$0")/../.."

daemon=$LUNTAN_BUILD/luntand
number=0
failed=0

# expect NAME STATUS PATTERN COMMAND...: exit status, and a pattern in what was printed.
expect() {
    name=$1 want=$2 pattern=$3
    shift 3
    number=$((number + 1))
    status=0
    "$@" > "$TMPDIR/out" 2>&1 < /dev/null || status=$?
    if [ "$status" = "$want" ] && grep -qF -- "$pattern" "$TMPDIR/out"; then
        echo "ok $number - $name"
    else
        echo "not ok $number - $name"
        echo "# status $status, wanted $want and: $pattern"
        sed 's/^/# /' "$TMPDIR/out"
        failed=1
    fi
}

expect "help, in Chinese first" 0 "用法:luntand" env LANG=C.UTF-8 "$daemon" --help
expect "help, in English where LANG says so" 0 "Usage: luntand" env LANG=en_US.UTF-8 "$daemon" --help
expect "version" 0 "luntand 0." "$daemon" --version
expect "an unknown option" 2 "--colour: there is no such key" "$daemon" --lang en --colour
expect "an unknown option, in Chinese" 2 "--colour: 没有这个配置项" "$daemon" --colour

# Every setting of the file that is installed, with its default, is accepted.
sed -n 's/^#\([a-z_]* =.*\)/\1/p' etc/luntan.conf > "$TMPDIR/all.conf"
expect "every setting of etc/luntan.conf" 0 "configuration is fine" "$daemon" --lang en --config "$TMPDIR/all.conf" --check-config
expect "etc/boards" 0 "configuration is fine" "$daemon" --lang en --boards etc/boards --check-config

printf 'name = x\nloops = many\n' > "$TMPDIR/bad.conf"
expect "a wrong file names its line" 2 "bad.conf:2: loops: must be a whole number from 0 to 64, not \"many\"" \
    "$daemon" --lang en --config "$TMPDIR/bad.conf" --data "$TMPDIR/data"
printf '[a]\nname = x\nkind = club\n' > "$TMPDIR/bad.boards"
expect "a wrong file of boards names its line" 2 "bad.boards:3: kind: must be one of" \
    "$daemon" --lang en --boards "$TMPDIR/bad.boards" --data "$TMPDIR/data"
expect "a certificate that is not there" 2 "/nowhere.pem" \
    "$daemon" --lang en --certificate /nowhere.pem --key /nowhere.pem --check-config --data "$TMPDIR/data"
number=$((number + 1))
if [ -e "$TMPDIR/data" ]; then
    echo "not ok $number - a refusal makes nothing"
    failed=1
else
    echo "ok $number - a refusal makes nothing"
fi
expect "a data directory that cannot be made" 1 "/proc/nowhere" "$daemon" --lang en --data /proc/nowhere --listen 127.0.0.1:0

echo "1..$number"
exit $failed
