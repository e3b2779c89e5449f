#!/bin/sh
# Fails where an #include runs against the arrows of ARCHITECTURE.md:
#
#     protocol <- client-lib <- terminal        protocol <- moderation <- server
#     faces (net, hub, native, http, web, feeds) -> handlers (forum, chat, accounts) -> store
#
# and where a library is used outside the one place that may know it.
set -eu
cd "$(dirname "$0")/../.."

failed=0
test_number=0

# names_of DIRECTORY...: "file<TAB>included name" for each include of the project's own files (quoted).
own() { grep -rnoE --include='*.[ch]' --include='*.def' '^ *# *include *"[^"]+"' "$@" 2>/dev/null | sed -E 's/# *include *"([^"]+)"/\1/; s/:([0-9]+): */:\1 /'; }
system() { grep -rnoE --include='*.[ch]' --include='*.def' '^ *# *include *<[^>]+>' "$@" 2>/dev/null | sed -E 's/# *include *<([^>]+)>/\1/; s/:([0-9]+): */:\1 /'; }

report() { # NAME OFFENDERS
    test_number=$((test_number + 1))
    if [ -z "$2" ]; then
        echo "ok $test_number - $1"
    else
        echo "not ok $test_number - $1"
        echo "$2" | sed 's/^/# /'
        failed=1
    fi
}

# may NAME DIRECTORY PATTERN: files under the directory include only own files whose names match the pattern.
may() { report "$1" "$(own "$2" | grep -vE " ($3)" || true)"; }
# never NAME DIRECTORY PATTERN: files under the directory include no own file whose name matches.
never() { report "$1" "$(own "$2" | grep -E " ($3)" || true)"; }
# only NAME HEADER WHERE: the system header is included under the paths of the pattern only.
only() { report "$1" "$(system protocol client-lib terminal moderation server tests | grep -E " $2\$" | grep -vE "^($3)" || true)"; }

may "protocol includes nothing of others" protocol 'protocol/'
may "client-lib includes only protocol" client-lib 'client-lib/|protocol/'
may "terminal includes only client-lib and protocol" terminal 'terminal/|client-lib/luntan\.h|protocol/'
may "moderation includes only protocol" moderation 'moderation/|protocol/'
may "server includes only moderation and protocol" server 'server/|moderation/|protocol/'
for handlers in forum accounts chat; do
    [ -d "server/$handlers" ] || continue
    never "server/$handlers knows no face" "server/$handlers" 'server/(net|hub|native|http|web|feeds|dispatch)\b'
done
never "server/store knows neither handlers nor faces" server/store 'server/(net|hub|native|http|web|feeds|forum|accounts|chat|dispatch|request)\b'
never "server/util stands alone" server/util 'server/(net|hub|native|http|web|feeds|forum|accounts|chat|store|dispatch|request)\b|moderation/'
never "server/net knows no handler and no other face" server/net 'server/(forum|accounts|chat|native|http|web|feeds)/'
never "server/http knows no handler, no store and no web" server/http 'server/(forum|accounts|chat|store|native|hub|web|feeds|dispatch|request)\b'
never "server/web knows no handler" server/web 'server/(forum|accounts|chat|native)/'
never "server/feeds knows neither handlers nor faces" server/feeds 'server/(net|hub|native|http|web|forum|accounts|chat|dispatch)\b'
report "server/web knows of the store only where jobs go" "$(own server/web | grep -E ' server/store/' | grep -vE ' server/store/store\.h$' || true)"

only "sqlite3.h only in server/store" 'sqlite3\.h' 'server/store/|tests/(fault|bench)/|tests/unit/'
only "OpenSSL's TLS only in server/net and client-lib/socket.c" 'openssl/ssl\.h' 'server/net/|client-lib/socket\.c|tests/'
only "libuv only in server/net, server/hub, server/native and main" 'uv\.h' 'server/(net|hub|native)/|server/(main|dispatch)\.[ch]|tests/'
only "llhttp only in server/http" 'llhttp\.h' 'server/http/'
only "zlib and brotli only in server/http" '(zlib|brotli/.*)\.h' 'server/http/|tests/'
only "cmark-gfm only in server/web/markdown*.c" 'cmark-gfm.*\.h' 'server/web/markdown[a-z_]*\.[ch]|tests/'
only "libxml2 only in server/feeds" 'libxml/.*\.h' 'server/feeds/|tests/'
only "libcurl only in server/feeds" 'curl/.*\.h' 'server/feeds/'
only "qrencode only in server/web/qr.c" 'qrencode\.h' 'server/web/qr\.c|tests/'
only "PCRE2 only in moderation/filter_pattern.c" 'pcre2\.h' 'moderation/filter_pattern\.c'
only "ncurses only in terminal" '(n?curses|ncursesw/.*)\.h' 'terminal/'
only "jansson only in terminal" 'jansson\.h' 'terminal/|tests/'

echo "1..$test_number"
exit $failed
