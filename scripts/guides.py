#!/usr/bin/env python3
"""Puts README.md and the guides into a directory that is handed out: scripts/guides.py DIR

They are those of the checkout, without what is for people who have one: all between
<!-- checkout --> and <!-- /checkout --> goes, and in its place, where that is written,
<!-- handed out: TEXT --> becomes TEXT. Pictures that they show come along. Exit codes: 0 done;
1 a mark has no partner; 64 wrong usage.
"""
import re
import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
GUIDES = [
    *("laptop", "raspberry-pi", "dns-responder", "using-certificates", "troubleshooting", "comparison"),
    "situations", "up", "local", "wildcards", "stable-name", "phones",
    *("cli", "certificates", "operating-dns", "dns-01-service", "threat-model"),
]
DIRECTORIES = ["docs/docker", "docs/operating"]
UNITS = ["v6cert-dns.service", "v6cert-up.service", "v6cert-local-ca.service"]  # Beside the other files for operators.

CHECKOUT = [
    re.compile(r"(?<=\n\n)<!-- checkout -->\n.*?^<!-- /checkout -->\n\n", re.M | re.S),  # Paragraphs.
    re.compile(r"^<!-- checkout -->\n.*?^<!-- /checkout -->\n", re.M | re.S),  # Lines.
    re.compile(r"<!-- checkout -->.*?<!-- /checkout -->", re.S),  # Words.
]
HANDED_OUT = re.compile(r"<!-- handed out: (.*?) -->", re.S)
PICTURE = re.compile(r"!\[[^\]]*\]\(([^)\s]+)\)|\b(?:src|srcset)=\"([^\"]+)\"")


def without_checkout(name, text):
    for pattern in CHECKOUT:
        text = pattern.sub("", text)
    text = HANDED_OUT.sub(r"\1", text)
    if "<!-- checkout" in text or "<!-- /checkout" in text:
        sys.exit(f"{name}: a mark has no partner")
    return text


def put(directory, name):
    text = without_checkout(name, (ROOT / name).read_text(encoding="utf-8"))
    file = directory / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    for match in PICTURE.finditer(text):
        picture = (file.parent / (match[1] or match[2])).relative_to(directory)
        (directory / picture).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / picture, directory / picture)


def main(arguments):
    if arguments == ["--help"]:
        print(__doc__)
        return 0
    if len(arguments) != 1 or arguments[0].startswith("-"):
        print("usage: scripts/guides.py DIR", file=sys.stderr)
        return 64
    directory = Path(arguments[0])
    for name in ["README.md", *(f"docs/{guide}.md" for guide in GUIDES)]:
        put(directory, name)
    for name in DIRECTORIES:
        shutil.copytree(ROOT / name, directory / name, dirs_exist_ok=True)
    for unit in UNITS:
        shutil.copyfile(ROOT / "scripts/deb" / unit, directory / "docs/operating" / unit)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
