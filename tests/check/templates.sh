#!/bin/sh
# Templates ask for names that somebody gives: a member set in server/web/*.c, or a field of the protocol. A name that
# nobody gives prints nothing, which no test would see. What is wrong with a template itself, the server says when it
# starts, and tests/unit/test_template.c.
set -eu
cd "$(dirname "$0")/../.."

# name FILE, one a line: everything that stands in the tags, but keywords, words, words that are compared with, and templates.
asked() {
    for file in server/web/templates/*.html; do
        grep -o '{{[^}]*}}' "$file" | sed 's/^{{ *//; s/ *}}$//' | awk -v file="$file" '
            $1 == "end" || $1 == "else" || $1 == "use" { next }
            $1 == "if" || $1 == "elif" { print ($2 == "not" ? $3 : $2), file; next }
            $1 == "each" { print $2, file; next }
            $1 == "say" { for (i = 3; i <= NF; i++) print $i, file; next }
            { print $1, file }' | sed 's/|[a-z]* / /'
    done | awk '{ n = split($1, parts, "."); for (i = 1; i <= n; i++) print parts[i], $2 }' | sort -u
}
given() {
    grep -hoE '"[a-z][a-z0-9_]*"' server/web/*.c | tr -d '"'
    # fields, and for each the flag of a form in which it was wrong (page_form)
    sed -nE 's/^ *(FIELD|REQ|RES|EV)\([a-z_]+, *[0-9]+, *[A-Z]+, *[a-z_]+, *([a-z_0-9]+),.*/\2/p' protocol/types.def protocol/messages.def |
        awk '{ print; print "wrong_" $1 }'
    echo item
}

verdict() { # NUMBER NAME OFFENDERS
    if [ -z "$3" ]; then
        echo "ok $1 - $2"
    else
        echo "not ok $1 - $2"
        echo "$3" | sed 's/^/# /'
    fi
}

given | sort -u > "$TMPDIR/given"
nobody=$(asked | awk -v given="$TMPDIR/given" 'BEGIN { while ((getline name < given) > 0) known[name] = 1 } !known[$1]')
# A template without a row is not taken into the program.
rowless=$(for file in server/web/templates/*.html; do
    name=$(basename "$file" .html)
    grep -q "^TEMPLATE($name)" server/web/templates/*.def || echo "$file"
done)
# Words that nothing says; a refusal's are found by its status and field when it happens (form_page.c).
said() {
    grep -ohE '\{\{say [a-z0-9_]+' server/web/templates/*.html | cut -d' ' -f2
    grep -ohE '\bWORDS_[a-z0-9_]+' server/web/*.c server/web/*.def | cut -d_ -f2-
}
refusals=$(sed -nE 's/^STATUS\([0-9]+, [A-Z_]+, ([a-z_]+),.*/\1/p' protocol/status.def | tr '\n' '|' | sed 's/|$//')
said | sort -u > "$TMPDIR/said"
unsaid=$(sed -nE 's/^WORDS\(([a-z0-9_]+),.*/\1/p' server/web/words/*.def | sort -u | comm -23 - "$TMPDIR/said" | grep -vE "^($refusals)_" || true)

verdict 1 "every name in a template is given by somebody" "$nobody"
verdict 2 "every template has a row" "$rowless"
verdict 3 "all words are said somewhere" "$unsaid"
echo "1..3"
[ -z "$nobody$rowless$unsaid" ]
