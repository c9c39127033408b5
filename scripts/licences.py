#!/usr/bin/env python3
"""Lists the parts of a CycloneDX bill of materials with their licences: scripts/licences.py FILE"""
import json
import sys

with open(sys.argv[1], encoding="utf-8") as file:
    parts = json.load(file)["components"]
for part in sorted(parts, key=lambda it: it["purl"]):
    if part.get("group") == "dev.v6cert":
        continue
    names = []
    for entry in part.get("licenses", []):
        licence = entry.get("license", {})
        names.append(entry.get("expression") or licence.get("id") or licence.get("name") or "?")
    print(f"{part['group']}:{part['name']}:{part['version']}\t{' or '.join(names) or 'unknown'}")
