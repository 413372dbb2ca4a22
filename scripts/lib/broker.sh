# The parts of the quickstart: a development broker, workloads that talk to it, and a TLS server that plays a service.
# Sourced after terminal.sh; uses $bin (the programs' folder) and $work (a folder of its own).
# shellcheck shell=bash disable=SC2154

broker_pid=''
service_pid=''

tenure() { "$bin/tenure" "$@"; }

start_broker() {
    mkdir -p "$work/broker"
    "$bin/tenured" dev --data "$work/broker" --listen 127.0.0.1:0 --http-listen 127.0.0.1:0 \
        --ready-file "$work/ready.json" >"$work/broker.log" 2>&1 &
    broker_pid=$!
    local tries=0
    while [ ! -s "$work/ready.json" ]; do
        kill -0 "$broker_pid" 2>/dev/null ||
            fail "tenured ended while it started." "It said:" "$(tail -n 20 "$work/broker.log")"
        tries=$((tries + 1))
        [ "$tries" -lt 300 ] || fail "tenured is not ready after a minute." "It said:" "$(tail -n 20 "$work/broker.log")"
        sleep 0.2
    done
    TENURE_ADDR="$(ready url)"
    TENURE_CA_FILE="$(ready ca_file)"
    TENURE_TOKEN_FILE="$(ready admin_token_file)"
    issuer="$(ready oidc_issuer)"
    export TENURE_ADDR TENURE_CA_FILE TENURE_TOKEN_FILE
    [ -n "$TENURE_ADDR" ] && [ -s "$TENURE_CA_FILE" ] && [ -s "$TENURE_TOKEN_FILE" ] && [ -n "$issuer" ] ||
        fail "The ready file lacks something." "$(cat "$work/ready.json")"
}

stop_broker() {
    [ -n "$broker_pid" ] || return 0
    kill "$broker_pid" 2>/dev/null || true
    wait "$broker_pid" 2>/dev/null || true
    broker_pid=''
}

# One text of the ready file.
ready() {
    tr -d '\n' <"$work/ready.json" | grep -o "\"$1\"[[:space:]]*:[[:space:]]*\"[^\"]*\"" | sed -n 1p |
        sed 's/.*:[[:space:]]*"\(.*\)"$/\1/; s#\\/#/#g'
}

# ask OUTPUT CURL-ARGUMENT…: one call of the broker; says the answer where it is a refusal.
ask() {
    local output="$1" status
    shift
    status="$(curl --silent --show-error --max-time 30 --cacert "$TENURE_CA_FILE" --output "$output" \
        --write-out '%{http_code}' "$@")" || fail "The broker did not answer." "It said:" "$(tail -n 5 "$work/broker.log")"
    case "$status" in
    2??) ;;
    *) fail "The broker answered $status." "$(cat "$output")" ;;
    esac
}

# call PATH CURL-ARGUMENT…: a call as the administrator. The token goes by a file: a process list shows arguments.
call() {
    local path="$1"
    shift
    printf 'Authorization: Bearer %s\n' "$(cat "$TENURE_TOKEN_FILE")" >"$work/authorization"
    ask "$work/answer" --header "@$work/authorization" "$@" "$TENURE_ADDR$path"
    cat "$work/answer"
}

# identity_token NAME BODY: has the development issuer sign an OIDC token, as a CI system would, into NAME.jwt.
identity_token() {
    ask "$work/answer" --header 'Content-Type: application/json' --data "$2" "$issuer/token"
    tr -d '\n' <"$work/answer" | sed 's/.*"id_token"[[:space:]]*:[[:space:]]*"\([^"]*\)".*/\1/' >"$work/$1.jwt"
    [ -s "$work/$1.jwt" ] || fail "The development issuer gave no token." "$(cat "$work/answer")"
}

# as_workload NAME ARGUMENT…: runs tenure with the OIDC token NAME.jwt and nothing else.
as_workload() {
    local name="$1"
    shift
    env -u TENURE_TOKEN_FILE "$bin/tenure" "$@" --oidc-token-file "$work/$name.jwt"
}

# refused COMMAND…: expects the broker's no: 3 is policy, 4 is not authenticated, 5 is what one may not know of.
refused() {
    local status=0
    "$@" >"$work/refusal" 2>&1 || status=$?
    case "$status" in
    3 | 4 | 5) ;;
    0) fail "This should have been refused: $*" ;;
    *) fail "This ended with status $status, which is no refusal: $*" "$(cat "$work/refusal")" ;;
    esac
}

# introspect TOKEN-FILE true|false: asks whether a token is active (RFC 7662).
introspect() {
    local token
    token="$(tr -d '\n' <"$1")"
    printf 'token=%s' "$token" >"$work/form"
    call /oauth2/introspect --data "@$work/form" >"$work/introspection"
    tr -d ' \n' <"$work/introspection" | grep "\"active\":$2" >/dev/null ||
        fail "Introspection should say that active is $2." "$(cat "$work/introspection")"
}

# wait_for WHAT COMMAND…: tries for a minute.
wait_for() {
    local what="$1" tries=0
    shift
    until "$@"; do
        tries=$((tries + 1))
        [ "$tries" -lt 120 ] || fail "Waited a minute for $what, in vain."
        sleep 0.5
    done
}

# start_service [ARGUMENT…]: a TLS server with checkout's certificate that demands one of its clients.
start_service() {
    : >"$work/service.log"
    openssl s_server -accept 127.0.0.1:0 -cert "$work/checkout/cert.pem" -cert_chain "$work/checkout/chain.pem" \
        -key "$work/checkout/key.pem" -CAfile "$work/checkout/ca.pem" -Verify 4 -verify_return_error -www "$@" \
        >"$work/service.log" 2>&1 &
    service_pid=$!
    wait_for "a TLS server to listen" grep -q '^ACCEPT' "$work/service.log"
    service_port="$(sed -n 's/^ACCEPT.*:\([0-9]*\).*/\1/p' "$work/service.log" | sed -n 1p)"
    [ -n "$service_port" ] || fail "openssl s_server does not say its port." "$(cat "$work/service.log")"
}

restart_service_with_list() {
    stop_service
    start_service -crl_check -CRL "$work/list.pem"
}

stop_service() {
    [ -n "$service_pid" ] || return 0
    kill "$service_pid" 2>/dev/null || true
    wait "$service_pid" 2>/dev/null || true
    service_pid=''
}

# talk FOLDER: one request to checkout, as whoever has the key pair in FOLDER.
talk() {
    curl --fail --silent --show-error --max-time 10 --output "$work/page" \
        --resolve "checkout.example.internal:$service_port:127.0.0.1" --cacert "$1/ca.pem" \
        --cert "$1/cert.pem" --key "$1/key.pem" "https://checkout.example.internal:$service_port/" \
        2>"$work/talk.log"
}
