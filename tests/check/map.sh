#!/bin/sh
# ARCHITECTURE.md names every file of code in the section of its folder, and no file that is not there.
set -eu
cd "$(dirname "$0")/../.."

# Sources and tables; a header only where no file of code has its name.
sources() {
    find protocol moderation client-lib terminal server -name '*.c' -o -name '*.def' -o -name '*.h' | while read -r file; do
        case $file in
        *.h) [ -e "${file%.h}.c" ] || echo "$file" ;;
        *) echo "$file" ;;
        esac
    done
}
# The names in backquotes in each list, behind the folder of their heading.
named() {
    awk '/^## / { folder = "" }
        /^### / { folder = $2 }
        folder && folder != "tests/" && /^- / {
            line = $0
            while (match(line, /`[a-z0-9_/-]+\.(c|h|def)`/)) {
                print folder substr(line, RSTART + 1, RLENGTH - 2)
                line = substr(line, RSTART + RLENGTH)
            }
        }' ARCHITECTURE.md
}

sources | sort -u > "$TMPDIR/sources"
named | sort -u > "$TMPDIR/named"
missing=$(comm -23 "$TMPDIR/sources" "$TMPDIR/named")
unknown=$(comm -13 "$TMPDIR/sources" "$TMPDIR/named" | while read -r file; do [ -e "$file" ] || echo "$file"; done)

verdict() { # NUMBER NAME OFFENDERS
    if [ -z "$3" ]; then
        echo "ok $1 - $2"
    else
        echo "not ok $1 - $2"
        echo "$3" | sed 's/^/# /'
    fi
}
verdict 1 "every file of code is on the map" "$missing"
verdict 2 "everything on the map exists" "$unknown"
echo "1..2"
[ -s "$TMPDIR/named" ] && [ -z "$missing$unknown" ]
