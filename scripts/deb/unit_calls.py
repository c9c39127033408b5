#!/usr/bin/env python3
"""Fails when a unit's SystemCallFilter= forbids a system call that was seen: scripts/deb/unit_calls.py UNIT FILE

FILE is what "strace -f -o FILE" wrote. The quick tests have no systemd at work; scripts/test-systemd has one.
"""
import re
import subprocess
import sys

if sys.argv[1:] == ["--help"]:
    print(__doc__)
    sys.exit()


def members(name):
    """The calls of a set such as @system-service, with those of the sets in it."""
    listing = subprocess.run(["systemd-analyze", "syscall-filter", "--no-pager", name], check=True, capture_output=True, text=True)
    calls = set()
    for line in listing.stdout.splitlines()[1:]:
        word = line.strip()
        if word.startswith("@"):
            calls |= members(word)
        elif word and not word.startswith("#"):
            calls.add(word)
    return calls


def expand(words):
    calls = set()
    for word in words:
        calls |= members(word) if word.startswith("@") else {word}
    return calls


allowed = set()
with open(sys.argv[1], encoding="utf-8") as unit:
    for value in re.findall(r"^SystemCallFilter=(.*)$", unit.read(), re.MULTILINE):
        if value.startswith("~"):
            allowed -= expand(value[1:].split())
        else:
            allowed |= expand(value.split())
with open(sys.argv[2], encoding="utf-8") as trace:
    seen = set(re.findall(r"^\d+ +(\w+)\(", trace.read(), re.MULTILINE))
print(f"{len(seen)} system calls seen; forbidden: {' '.join(sorted(seen - allowed)) or 'none'}")
sys.exit(1 if seen - allowed else 0)
