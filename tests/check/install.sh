#!/bin/sh
# `make install` puts everything in its place, a second one leaves the administrator's files alone, and a program is
# built against what was installed, by pkg-config alone.
set -eu
cd "$(dirname "$0")/../.."

target=$TMPDIR/target
number=0
failed=0
verdict() { # NAME STATUS
    number=$((number + 1))
    [ "$2" = 0 ] && echo "ok $number - $1" || { echo "not ok $number - $1"; failed=1; }
}
install() { make --no-print-directory B="$LUNTAN_BUILD" DESTDIR="$target" PREFIX=/usr "$@" install > "$TMPDIR/log" 2>&1 || { sed 's/^/# /' "$TMPDIR/log"; return 1; }; }

status=0; install || status=1
verdict "installs" $status

missing=
for file in usr/sbin/luntand usr/bin/luntan usr/lib/libluntan.a usr/include/luntan/luntan.h usr/lib/pkgconfig/libluntan.pc \
    usr/share/man/man8/luntand.8 usr/share/man/man5/luntan.conf.5 usr/share/man/man1/luntan.1 usr/share/doc/luntan/LICENSE \
    etc/luntan/luntan.conf etc/luntan/boards usr/lib/systemd/system/luntand.service; do
    [ -s "$target/$file" ] || missing="$missing $file"
done
[ -z "$missing" ] || echo "# missing:$missing"
status=0; [ -z "$missing" ] || status=1
verdict "everything has its place" $status

echo "# mine" >> "$target/etc/luntan/luntan.conf"
install || true
status=0; grep -q '^# mine$' "$target/etc/luntan/luntan.conf" || status=1
verdict "a second installation leaves settings alone" $status

status=0; grep -rl '@[A-Z]*@' "$target" --include='*.pc' --include='*.service' | sed 's/^/# unfilled: /' | grep . && status=1
verdict "every template is filled in" $status

export PKG_CONFIG_SYSROOT_DIR="$target" PKG_CONFIG_PATH="$target/usr/lib/pkgconfig"
status=0
# shellcheck disable=SC2046
cc -std=c11 -Wall -Wextra -Werror -o "$TMPDIR/example" client-lib/example.c $(pkg-config --cflags --libs --static libluntan 2> "$TMPDIR/log") >> "$TMPDIR/log" 2>&1 || status=1
[ $status = 0 ] || sed 's/^/# /' "$TMPDIR/log"
verdict "the example is built against what was installed" $status
echo "1..$number"
exit $failed
