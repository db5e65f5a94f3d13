"""What Waggle is made of: the bill of materials, its licences, and known vulnerabilities.

`python -m tests.supply_chain sbom` writes docs/sbom.json (CycloneDX) and docs/licences.md;
`python -m tests.supply_chain audit` looks the pinned versions up. Both need the packages of
requirements/release.txt, in the environment of this interpreter.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.kit import PROJECT

RUN = PROJECT / "requirements/run.txt"
SBOM = PROJECT / "docs/sbom.json"
LICENCES = PROJECT / "docs/licences.md"


def pins(file: Path) -> dict[str, str]:
    """Return the version of each package that a requirements file pins for this platform."""
    from packaging.requirements import Requirement

    text = file.read_text("utf-8").replace("\\\n", " ")
    lines = [line.split("--hash=")[0] for line in text.splitlines()]
    found = [Requirement(line) for line in lines if line.strip() and not line.startswith("#")]
    return {
        normal(one.name): str(one.specifier).removeprefix("==")
        for one in found
        if one.marker is None or one.marker.evaluate()
    }


def normal(name: str) -> str:
    """Return a package's name as PEP 503 normalises it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def bill(python: str) -> dict[str, Any]:
    """Return the CycloneDX document of what is pinned to run, as installed beside `python`."""
    command = [sys.executable, "-m", "cyclonedx_py", "environment", "--output-reproducible", python]
    run = subprocess.run(command, capture_output=True, text=True, check=True)
    document: dict[str, Any] = json.loads(run.stdout)
    wanted = pins(RUN)
    kept_fields = ("bom-ref", "type", "name", "version", "purl", "licenses")
    components = [
        {name: one[name] for name in kept_fields if name in one}
        for one in document["components"]
        if normal(one["name"]) in wanted
    ]
    kept = {one["bom-ref"] for one in components}
    dependencies = [
        {**one, "dependsOn": [name for name in one.get("dependsOn", []) if name in kept]}
        for one in document["dependencies"]
        if one["ref"] in kept
    ]
    return {**document, "components": components, "dependencies": dependencies}


def licence(component: dict[str, Any]) -> str:
    """Return what a component says of its licence, in the shortest form it gives."""
    given = component.get("licenses", [])
    names = [one.get("expression") or one["license"].get("id") for one in given]
    names += [one["license"]["name"] for one in given if "name" in one.get("license", {})]
    named = [name for name in names if name]
    return min(named, key=len).rpartition(" :: ")[2] if named else "not stated"


def licence_table(document: dict[str, Any]) -> str:
    """Return the licences of a bill of materials as a page."""
    rows = [
        f"| {one['name']} | {one['version']} | {licence(one)} |"
        for one in sorted(document["components"], key=lambda one: one["name"].lower())
    ]
    head = "# Licences\n\nWhat `requirements/run.txt` installs; `make docs` writes this page.\n"
    return "\n".join([head, "| package | version | licence |", "|---|---|---|", *rows, ""])


def audit() -> int:
    """Look for known vulnerabilities; say so where nothing could be looked up."""
    command = [sys.executable, "-m", "pip_audit", "--disable-pip", "--require-hashes"]
    command += ["--progress-spinner=off", "--format=json", "-r", str(RUN)]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    try:
        packages = json.loads(run.stdout)["dependencies"]
    except ValueError:
        print(f"vulnerabilities not checked: {run.stderr.strip().splitlines()[-1:]}")  # noqa: T201
        return 0
    looked_up = [one for one in packages if "skip_reason" not in one]
    bad = [f"{p['name']} {p['version']}: {v['id']}" for p in looked_up for v in p["vulns"]]
    if not looked_up:
        print("vulnerabilities not checked: no vulnerability service answers here")  # noqa: T201
    else:
        counts = f"{len(looked_up)} of {len(packages)} packages looked up, {len(bad)} vulnerable"
        print("\n".join([counts, *bad]))  # noqa: T201
    return 1 if bad else 0


if __name__ == "__main__":
    if sys.argv[1:] == ["audit"]:
        sys.exit(audit())
    made = bill(sys.argv[2])
    SBOM.write_text(json.dumps(made, indent=1) + "\n", "utf-8")
    LICENCES.write_text(licence_table(made), "utf-8")
