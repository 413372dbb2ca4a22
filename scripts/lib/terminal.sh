# What all scripts share: where the package lies, and how they speak. Sourced, never run.
# shellcheck shell=bash

script="$(cd "$(dirname "$0")" && pwd)/$(basename "$0")"
root="$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)"
cd "$root"

# A crash must end at once; the backtracer can take minutes.
export SWIFT_BACKTRACE=enable=no

if [ -t 1 ] && [ -z "${NO_COLOR:-}" ]; then
    bold=$'\e[1m' green=$'\e[32m' red=$'\e[31m' plain=$'\e[0m'
else
    bold='' green='' red='' plain=''
fi

# Prints the comment at the top of the script that runs: its usage.
usage() { sed -n '2,/^[^#]/{/^#/s/^# \{0,1\}//p;}' "$script"; }

heading() { printf '\n%s%s%s\n' "$bold" "$*" "$plain"; }

done_with() { printf '%s✓%s %s\n' "$green" "$plain" "$*"; }

# fail WHAT [WHAT TO DO]: says both and ends the script.
fail() {
    printf '%s✗ %s%s\n' "$red" "$1" "$plain" >&2
    [ $# -lt 2 ] || printf '  %s\n' "${@:2}" >&2
    exit 1
}
