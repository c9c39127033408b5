#!/usr/bin/env python3
"""Makes Maven's bill of materials that of a directory of the program: scripts/sbom.py BOM DIR

BOM is CycloneDX (JSON) as Maven writes it, which knows what was asked for. DIR has lib/ and perhaps
runtime/, which is what is handed out. Writes DIR/sbom.cdx.json, with the checksums of the files as
they lie there, and DIR/licences/LIST. Fails on a jar that BOM does not know, and on a library inside a
jar that this does not know.
"""
import hashlib
import json
import pathlib
import re
import sys
import zipfile

if sys.argv[1:] == ["--help"]:
    print(__doc__)
    sys.exit()
bom_file, directory = map(pathlib.Path, sys.argv[1:3])
lib = directory / "lib"
bom = json.loads(bom_file.read_text(encoding="utf-8"))
main = bom["metadata"]["component"]

# Libraries that others carry under other names of packages, which end in the version.
CARRIED = {"com_google_protobuf": ("com.google.protobuf", "protobuf-java", "BSD-3-Clause")}

# Groups of libraries that PostgreSQL's driver carries, whose names and versions are those of their licences' directories.
CARRIED_WITH_LICENCE = {"com.ongres.scram": "BSD-2-Clause", "com.ongres.stringprep": "BSD-2-Clause"}


def jar_of(part):
    if part is main:
        return lib / "v6cert.jar"
    return lib / f"{part['name']}-{part['version']}.jar"


def describe(part):
    """Replaces Maven's checksums, which are those of the jar before it was worked on."""
    content = jar_of(part).read_bytes()
    found = {name: hashlib.new(name.replace("-", ""), content).hexdigest() for name in ("SHA-256", "SHA-512")}
    asked = {it["alg"]: it["content"] for it in part.get("hashes", [])}
    if part.get("group") != main["group"] and asked.get("SHA-256") != found["SHA-256"]:
        how = "compiled anew from its sources" if part["name"] == "picocli" else "without its signatures"
        part["pedigree"] = {"notes": f"the published {jar_of(part).name}, {how}"}
    part["hashes"] = [{"alg": name, "content": content} for name, content in found.items()]

    carried = list(carried_in(jar_of(part)))
    if carried:
        part["components"] = carried


def carried_in(jar):
    """The libraries whose classes are in a jar of another one, which Maven does not know of."""
    names = zipfile.ZipFile(jar).namelist()
    for name in names:
        if found := re.fullmatch(r"META-INF/licenses/([^/]+)/(.+)-([\d.]+)/META-INF/LICENSE", name):
            group, artifact, version = found.groups()
            if group not in CARRIED_WITH_LICENCE:
                sys.exit(f"{jar.name} carries a library that scripts/sbom.py does not know: {group}.")
            yield component(group, artifact, version, CARRIED_WITH_LICENCE[group])
    places = {re.sub(r"/.*", "", name.split("/shaded/", 1)[1])
              for name in names if "/shaded/" in name and "/shaded/com/ongres/" not in name} - {"", "com"}
    for place in sorted(places):
        name, version = re.fullmatch(r"(.*?)((?:_\d+)*)", place).groups()
        if name not in CARRIED:
            sys.exit(f"{jar.name} carries a library that scripts/sbom.py does not know: {place}.")
        group, artifact, licence = CARRIED[name]
        yield component(group, artifact, version.strip("_").replace("_", "."), licence)


def component(group, artifact, version, licence):
    purl = f"pkg:maven/{group}/{artifact}@{version}?type=jar"
    return {"type": "library", "bom-ref": purl, "group": group, "name": artifact, "version": version,
            "licenses": [{"license": {"id": licence}}], "purl": purl}


def licences(part):
    names = []
    for entry in part.get("licenses", []):
        licence = entry.get("license", {})
        names.append(entry.get("expression") or licence.get("id") or licence.get("name") or "unknown")
    return " or ".join(names) or "unknown"


def runtime():
    """The Java runtime, where there is one."""
    release = directory / "runtime" / "release"
    if not release.exists():
        return []
    version = dict(line.split("=", 1) for line in release.read_text().splitlines())["JAVA_VERSION"].strip('"')
    licence = {"expression": "GPL-2.0-only WITH Classpath-exception-2.0"}
    return [{"type": "platform", "bom-ref": "java-runtime", "group": "org.openjdk", "name": "java-runtime",
             "version": version, "licenses": [licence]}]


parts = [part for part in bom["components"] if jar_of(part).exists()]
unknown = {jar.name for jar in lib.glob("*.jar")} - {jar_of(part).name for part in [main, *parts]}
if unknown:
    sys.exit(f"The bill of materials does not know {', '.join(sorted(unknown))}.")
for part in [main, *parts]:
    describe(part)
bom["components"] = parts + runtime()

there = {part["bom-ref"] for part in [main, *parts]}
bom["dependencies"] = [
    {**it, "dependsOn": [ref for ref in it.get("dependsOn", []) if ref in there]}
    for it in bom["dependencies"] if it["ref"] in there]
(directory / "sbom.cdx.json").write_text(json.dumps(bom, indent=2) + "\n", encoding="utf-8")

(directory / "licences").mkdir(exist_ok=True)
carried = [it for part in parts for it in part.get("components", [])]
(directory / "licences" / "LIST").write_text("".join(
    f"{part['group']}:{part['name']}:{part['version']}\t{licences(part)}\n"
    for part in sorted([*bom["components"], *carried], key=lambda it: (it["group"], it["name"]))
    if part["group"] != main["group"]), encoding="utf-8")
