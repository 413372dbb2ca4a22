# Installs what building and trying Tenure needs and this machine lacks. Sourced after terminal.sh, never run.
# shellcheck shell=bash

swift_needed=6.2

# prepare [server]: also a PostgreSQL server and a PKCS#11 token in software, for tests that start one of their own, and
# Python, for the reference of docs/verify.md.
prepare() {
    prepare_packages "$@"
    prepare_swift
}

# Libraries are told by what the compiler needs of them, programs by their names.
prepare_packages() {
    local missing=()
    command -v curl >/dev/null || missing+=(curl)
    command -v openssl >/dev/null || missing+=(openssl)
    command -v pkg-config >/dev/null || missing+=(pkg-config)
    has_header openssl/evp.h || missing+=(libssl-dev)
    has_header sqlite3.h || missing+=(libsqlite3-dev)
    has_header zlib.h || missing+=(zlib1g-dev)
    has_header libpq-fe.h || has_header postgresql/libpq-fe.h || missing+=(libpq-dev)
    [ "${1:-}" != server ] || has_server || missing+=(postgresql)
    [ "${1:-}" != server ] || command -v softhsm2-util >/dev/null || missing+=(softhsm2)
    [ "${1:-}" != server ] || [ -x /usr/bin/python3 ] || missing+=(python3)
    if [ ${#missing[@]} -gt 0 ]; then
        command -v apt-get >/dev/null || fail "Missing here: ${missing[*]}" \
            "These are the names in Debian and Ubuntu. Install what your system calls them, and run this again."
        local as_root=()
        if [ "$(id -u)" -ne 0 ]; then
            command -v sudo >/dev/null || fail "Missing here: ${missing[*]}" \
                "As root: apt-get update && apt-get install ${missing[*]}"
            as_root=(sudo)
        fi
        echo "Installing ${missing[*]}"
        "${as_root[@]}" apt-get update -qq
        "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
            apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null ||
            fail "apt-get could not install ${missing[*]}" "Install them by hand, and run this again."
    fi
    case "$(openssl version)" in
    "OpenSSL 3."* | "OpenSSL 4."*) ;;
    *) fail "OpenSSL 3 is needed; here is $(openssl version)" "Debian 12 and Ubuntu 22.04 have it." ;;
    esac
}

# Debian keeps the server's programs out of PATH.
has_server() {
    local folder
    for folder in /usr/lib/postgresql/*/bin; do
        [ ! -x "$folder/initdb" ] || return 0
    done
    command -v initdb >/dev/null && command -v postgres >/dev/null
}

has_header() {
    local folder
    for folder in /usr/include /usr/local/include "/usr/include/$(uname -m)-linux-gnu"; do
        [ ! -e "$folder/$1" ] || return 0
    done
    return 1
}

prepare_swift() {
    command -v swift >/dev/null || fail "Swift is not installed, or not in PATH." \
        "Get Swift $swift_needed or later from https://www.swift.org/install/linux/, then run this again."
    local version
    version="$(swift --version 2>/dev/null | sed -n 's/.*Swift version \([0-9.]*\).*/\1/p' | head -n 1)"
    [ "$(printf '%s\n' "$swift_needed" "$version" | sort -V | head -n 1)" = "$swift_needed" ] ||
        fail "Swift $swift_needed or later is needed; here is ${version:-an unknown version}." \
            "Get it from https://www.swift.org/install/linux/, then run this again."
}
