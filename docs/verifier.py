#!/usr/bin/env python3
"""A verifier of Tenure's tokens in plain Python: a reference for who writes one elsewhere (docs/verify.md).

    python3 docs/verifier.py --addr https://HOST:8443 --ca-file root.pem --token-file session --audience registry

Reads a token a line from standard input and answers each with a line: `good` and what it is good for, or `refused` and why.
It needs Python 3.9 and nothing else. What it does not have: certificates, and keeping the largest checkpoint on disk.
"""

import argparse
import base64
import hashlib
import hmac
import http.client
import json
import ssl
import sys
import threading
import time
import urllib.parse
import zlib
from datetime import datetime

OPEN = set("ioeptvn")  # A cut of these ends the past; of the others (c f a s k) everything.
ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
CURRENT_SECONDS, STALE_SECONDS, SILENT_SECONDS, KEY_PAUSE_SECONDS = 3, 60, 10, 5
BYTES_MAX = {"token": 8192, "event": 131072, "answer": 64 << 20}


class Refused(Exception):
    """Why a token is refused."""


class Missed(Exception):
    """The feed left something out, or is another's: begin again with all cuts."""


def unpadded(text):
    """Strict base64url: one spelling for each value."""
    data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if base64.urlsafe_b64encode(data).rstrip(b"=").decode() != text:
        raise Refused("malformed")
    return data


def checksum(text):
    rest, digits = zlib.crc32(text.encode()), ""
    for _ in range(6):
        rest, digit = divmod(rest, 62)
        digits = ALPHABET[digit] + digits
    return digits


def key_reference(kid):
    digest = hashlib.sha256(b"tenure/ref/v1" + b"k" + kid.encode()).digest()
    return "%016x" % ((1 << 62) + (int.from_bytes(digest[:8], "big") >> 2))


class Verifier:
    def __init__(self, address, ca_file, token_file, audience):
        self.address = urllib.parse.urlsplit(address)
        self.tls = ssl.create_default_context(cafile=ca_file)
        self.token_file, self.audience = token_file, audience
        self.lock = threading.Lock()
        self.keys, self.issuer, self.keys_at = {}, None, -KEY_PAUSE_SECONDS
        self.cuts, self.logs, self.last, self.size = {}, {}, None, 0
        self.known_at = None  # Everything that was cut before this instant of our own clock is known.
        self.trouble = "not started"

    # What is asked of the broker.

    def request(self, path, timeout=SILENT_SECONDS):
        connection = http.client.HTTPSConnection(
            self.address.hostname, self.address.port or 443, context=self.tls, timeout=timeout)
        with open(self.token_file, encoding="ascii") as file:  # Read anew: somebody keeps it fresh.
            token = file.read().strip()
        connection.request("GET", "/api/v1" + path, headers={"Authorization": "Bearer " + token})
        response = connection.getresponse()
        if response.status != 200:
            said = response.read(65536).decode("utf-8", "replace")
            raise OSError("%s answered %d: %s" % (path, response.status, said))
        return response

    def get(self, path):
        body = self.request(path).read(BYTES_MAX["answer"] + 1)
        if len(body) > BYTES_MAX["answer"]:
            raise OSError(path + " is too large")
        return json.loads(body)

    def fetch_keys(self):
        self.keys_at = time.monotonic()
        answer = self.get("/keys?audience=" + urllib.parse.quote(self.audience, safe=""))
        keys = {key["kid"]: key for key in answer["keys"] if key["kty"] == "oct" and key["alg"] == "HS256"}
        with self.lock:
            self.keys, self.issuer = keys, answer["issuer"]

    def start(self):
        asked = time.monotonic()
        answer = self.get("/cutoffs")
        log = answer["checkpoint"]["note"].split("\n", 1)[0]
        with self.lock:
            if self.last is not None and log == self.log and (answer["head"] < self.size or answer["last"] < self.last):
                raise Missed("an older state of the log is served")
            self.cuts = {(mark["kind"], mark["number"]): mark["cut"] for mark in answer["marks"]}
            self.logs = {entry["log"]: entry.get("end") for entry in answer["logs"]}
            self.log, self.last, self.size, self.known_at = log, answer["last"], answer["head"], asked
        self.fetch_keys()  # After the cuts: of a key that is published later the feed tells.

    def follow(self):
        connected, offset = time.monotonic(), None
        since = "?since=%d" % self.last if self.last >= 0 else ""
        response = self.request("/events" + since)
        event = {}
        size = 0
        for line in iter(response.readline, b""):
            size += len(line)
            if size > BYTES_MAX["event"]:
                raise Missed("an event is too large")
            field, _, value = line.decode().rstrip("\r\n").partition(":")
            if field:
                event[field] = value[1:] if value.startswith(" ") else value
                continue
            if "data" in event:
                offset = self.take(event, connected, offset)
            event, size = {}, 0

    def take(self, event, connected, offset):
        data, now = json.loads(event["data"]), time.monotonic()
        if event["event"] in ("mark", "key"):
            index = int(event["id"])
            with self.lock:
                if index > self.last:
                    if data["prev"] != self.last:
                        raise Missed("an event was left out")
                    if event["event"] == "mark":
                        self.cuts[data["kind"], data["number"]] = data["cut"]
                    self.last = index
            if event["event"] == "key":
                self.fetch_keys()
        elif event["event"] == "head":
            if data["checkpoint"]["note"].split("\n", 1)[0] != self.log or data["last"] > self.last:
                raise Missed("another log, or events are missing")
            at = datetime.fromisoformat(data["at"].replace("Z", "+00:00")).timestamp()
            # The node read after the connection was asked for, and not in the future; clocks compare with themselves.
            offset = min(connected - at if offset is None else offset, now - at)
            with self.lock:
                if data["last"] == self.last and data["head"] >= self.size:
                    self.size, self.known_at = data["head"], max(self.known_at, at + offset)
        return offset

    def run(self):
        fresh = True
        while True:
            try:
                if fresh:
                    self.start()
                fresh, self.trouble = False, None
                self.follow()
            except Missed as missed:
                fresh, self.trouble = True, str(missed)
            except (OSError, ValueError, KeyError, http.client.HTTPException) as error:
                self.trouble = "%s: %s" % (type(error).__name__, error)
            time.sleep(0.2)

    # What is judged, from memory alone.

    def age(self):
        return float("inf") if self.known_at is None or not self.keys else time.monotonic() - self.known_at

    def verify(self, token):
        if self.age() > STALE_SECONDS:
            raise Refused("cut off: " + str(self.trouble))
        if len(token) > BYTES_MAX["token"] or not token.isascii():
            raise Refused("malformed")
        if token.startswith("tnr_"):
            token, mark = token[:-7], token[-7:]  # By length: `_` is a character of base64url.
            if mark != "_" + checksum(token):
                raise Refused("checksum")
            token = token[4:]
        parts = token.split(".")
        if len(parts) != 3:
            raise Refused("malformed")
        try:
            header, payload, signature = (unpadded(part) for part in parts)
            kid = json.loads(header)["kid"]
        except (ValueError, KeyError, TypeError) as error:
            raise Refused("malformed") from error
        # The header is compared with the only one there is, not interpreted.
        if header != b'{"alg":"HS256","kid":"%s","typ":"at+jwt"}' % str(kid).encode():
            raise Refused("header")
        key = self.keys.get(kid)
        if key is None and time.monotonic() - self.keys_at >= KEY_PAUSE_SECONDS:
            self.fetch_keys()
            key = self.keys.get(kid)
        now = time.time()
        if key is None or now >= datetime.fromisoformat(key["verify_until"].replace("Z", "+00:00")).timestamp():
            raise Refused("key")
        expected = hmac.digest(unpadded(key["k"]), ".".join(parts[:2]).encode(), "sha256")
        if not hmac.compare_digest(expected, signature):
            raise Refused("signature")
        claims = json.loads(payload)
        if claims["iss"] != self.issuer or claims["aud"] != self.audience:
            raise Refused("issuer or audience")
        if not claims["nbf"] <= now < claims["exp"]:
            raise Refused("time")
        if self.is_dead(claims, kid):
            raise Refused("revoked")
        return claims

    def is_dead(self, claims, kid):
        lineage = dict(claims["lin"], k=key_reference(kid))  # `k` of the key that verified, never of the claim.
        log = lineage.pop("l")
        with self.lock:
            if log not in self.logs:
                return True
            if self.logs[log] is not None and claims["idx"] >= self.logs[log]:
                return True
            for kind, numbers in lineage.items():
                for number in numbers if isinstance(numbers, list) else [numbers]:
                    cut = self.cuts.get((kind, number))
                    if cut is not None and (kind not in OPEN or cut >= claims["idx"]):
                        return True
        return False


def main():
    arguments = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    for name in ("addr", "ca-file", "token-file", "audience"):
        arguments.add_argument("--" + name, required=True)
    given = arguments.parse_args()
    verifier = Verifier(given.addr, given.ca_file, given.token_file, given.audience)
    threading.Thread(target=verifier.run, daemon=True).start()
    deadline = time.monotonic() + SILENT_SECONDS
    while verifier.age() > STALE_SECONDS and time.monotonic() < deadline:
        time.sleep(0.02)
    for line in sys.stdin:
        try:
            claims = verifier.verify(line.strip())
            state = "lagging " if verifier.age() >= CURRENT_SECONDS else ""
            print("good", state + claims["sub"], claims.get("scope", ""), flush=True)
        except Refused as refused:
            print("refused", refused, flush=True)
        except OSError as error:
            print("refused", error, flush=True)


if __name__ == "__main__":
    main()
