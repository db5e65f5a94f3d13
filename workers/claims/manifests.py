"""The versions of packages that manifests and lock files name, in the formats of common stacks."""

from __future__ import annotations

import json
import re
import tomllib
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from sessions.errors import shown
from sessions.patterns import lazy_pattern
from workers.claims.claim import UNDECIDED, confirmed, place, refuted
from workers.delivery.delivery import problem
from workers.repository.source import Source

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from workers.claims.claim import Claim, Verdict
    from workers.claims.ground import Ground

_CHARACTERS = 4_000_000
_VERSION = lazy_pattern(r"[0-9]{1,12}(?:\.[0-9A-Za-z*]{1,30}){0,8}(?:[-+][\w.]{1,60})?")
Named = tuple[str, str, int]  # package, version as it is written, line from 1


def decide(ground: Ground, claim: Claim) -> Verdict:
    """A manifest or lock file names the package with this version."""
    name, version = _plain(claim.row["name"]), str(claim.row["version"]).strip()
    version = re.sub(r"(?:\.[xX*]){1,4}(?!\w)", "", version)  # `4.x` is any version 4
    named = naming(ground, name)
    if not named or not re.search(r"[0-9]", version):
        return UNDECIDED
    fitting = next((row for row in named if _fits(version, row[1])), None)
    if fitting:
        return confirmed(fitting[0], fitting[2])
    if not all(_excludes(written, version) for _, written, _ in named):
        return UNDECIDED  # a range may hold it; `*` and what a parent names say nothing
    file, written, line = named[0]
    message = f"`{place(file, line)}` names {shown(name, 60)} {shown(written, 40)[1:-1]}"
    hint = f"Write {shown(written, 40)}."
    refutation = problem(
        "K21", f"{message}, not {shown(version, 40)[1:-1]}", hint, ground.place(claim, "version")
    )
    return refuted(refutation, file, line)


def naming(ground: Ground, package: str) -> list[Named]:
    """Return file, version and line of each manifest or lock file that names a package."""
    wanted = _plain(package)
    return [
        (file, written, line)
        for file, packages in _of_repository(ground)
        for name, written, line in packages
        if _is_package(name, wanted)
    ]


def _fits(claimed: str, written: str) -> bool:
    """Tell whether two texts name one version: operators and a leading `v` do not count."""
    first, second = _VERSION.findall(claimed), _VERSION.findall(written)
    return any(
        one == other or one.startswith(f"{other}.") or other.startswith(f"{one}.")
        for one in first
        for other in second
    )


def _excludes(written: str, claimed: str) -> bool:
    """Tell whether a written version or range cannot be the claimed version."""
    bound, version = _VERSION.search(written), _VERSION.search(claimed)
    if bound is None or version is None or "," in written or "||" in written or " " in claimed:
        return False
    lowest, number = _numbers(bound[0]), _numbers(version[0])
    if claimed[0] in "^~<>":  # a range excludes what lies outside of it
        is_above = number > lowest[: len(number)]
        return claimed[0] != "<" and (is_above or (claimed[0] != ">" and number[0] != lowest[0]))
    if re.match(r"\s*(?:\^|~|>=)", written):
        is_above = written.strip()[0] in "^~" and number[:1] > lowest[:1]
        return number[: len(lowest)] < lowest or is_above
    return re.match(r"\s*[<>!*]", written) is None


def _numbers(version: str) -> list[int]:
    return [int(number) for number in re.findall(r"[0-9]+", version)[:4]]


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", str(name).strip().lower())


def _is_package(package: str, wanted: str) -> bool:
    """Tell whether a manifest's package is meant: `gin` or `gin-gonic/gin` for a path of Go."""
    plain = _plain(package)
    return plain == wanted or plain.endswith((f"/{wanted}", f":{wanted}"))


@lru_cache(maxsize=2)
def _of_repository(ground: Ground) -> tuple[tuple[str, list[Named]], ...]:
    return tuple(_manifests(ground))


def _manifests(ground: Ground) -> Iterator[tuple[str, list[Named]]]:
    for file in ground.repository.files:
        reader = _reader_of(file.rpartition("/")[2])
        source = ground.repository.searched(file) if reader else None
        if reader and isinstance(source, Source):
            text = "\n".join(source.lines)
            if len(text) <= _CHARACTERS:
                yield file, list(reader(text))


def _reader_of(name: str) -> Callable[[str], Iterator[Named]] | None:
    for pattern, reader in READERS.items():
        if re.fullmatch(pattern, name):
            return reader
    return None


def _by_lines(pattern: str) -> Callable[[str], Iterator[Named]]:
    form = re.compile(pattern)

    def read(text: str) -> Iterator[Named]:
        for number, line in enumerate(text.split("\n"), 1):
            match = form.match(line[:1000])
            if match:
                yield match["name"], match["version"] or "", number

    return read


def _package_json(text: str) -> Iterator[Named]:
    for key in ("dependencies", "devDependencies", "peerDependencies", "require", "require-dev"):
        rows = _object(text).get(key)
        for name, version in rows.items() if isinstance(rows, dict) else ():
            yield name, str(version), _line_of(text, f'"{name}"')


def _package_lock(text: str) -> Iterator[Named]:
    data = _object(text)
    packages = data.get("packages")
    for path, row in packages.items() if isinstance(packages, dict) else ():
        if isinstance(row, dict) and "version" in row and path:
            yield (
                path.rpartition("node_modules/")[2],
                str(row["version"]),
                _line_of(text, f'"{path}"'),
            )
    listed = [row for key in ("packages", "packages-dev") for row in _list(data.get(key))]
    for row in listed:
        if isinstance(row, dict) and "name" in row:
            yield str(row["name"]), str(row.get("version")), _line_of(text, f'"{row["name"]}"')


def _toml(text: str) -> Iterator[Named]:
    try:
        data = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError):
        return
    for name, version in _of_toml(data):
        yield name, version, _line_of(text, name)


def _of_toml(data: dict[str, Any]) -> Iterator[tuple[str, str]]:
    project = data.get("project")
    poetry = data.get("tool", {}).get("poetry", {}) if isinstance(data.get("tool"), dict) else {}
    for text in _list(project.get("dependencies")) if isinstance(project, dict) else ():
        match = re.match(r"\s*([\w.-]+)(?:\[[^\]]*\])?\s*(.*)", str(text))
        if match:
            yield match[1], match[2].split(";")[0]
    for holder in (data, poetry, data.get("workspace")):
        for key in ("dependencies", "dev-dependencies", "build-dependencies"):
            rows = holder.get(key) if isinstance(holder, dict) else None
            for name, row in rows.items() if isinstance(rows, dict) else ():
                yield name, str(row.get("version", "") if isinstance(row, dict) else row)
    for row in _list(data.get("package")):
        if isinstance(row, dict) and "name" in row:
            yield str(row["name"]), str(row.get("version", ""))


def _xml(text: str) -> Iterator[Named]:
    """Read Maven's and NuGet's elements by their text; a property counts where it stands there."""
    for match in re.finditer(
        r"(?:<groupId>\s*([\w.-]+)\s*</groupId>\s*)?<artifactId>\s*([\w.-]+)\s*</artifactId>\s*"
        r"(?:<version>\s*([^<\s]{1,80})\s*</version>)?",
        text,
    ):
        version = match[3] or ""
        if version.startswith("${"):
            name = re.escape(version[2:-1])
            value = re.search(rf"<{name}>\s*([^<\s]{{1,80}})\s*</{name}>", text)
            version = value[1] if value else ""
        group = f"{match[1]}:" if match[1] else ""
        yield f"{group}{match[2]}", version, text.count("\n", 0, match.start(2)) + 1
    for match in re.finditer(
        r"<Package(?:Reference|Version)\s+(?:Include|Update)=\"([^\"]{1,120})\""
        r"(?:\s+Version=\"([^\"]{1,80})\")?",
        text,
    ):
        yield match[1], match[2] or "", text.count("\n", 0, match.start()) + 1


def _swift_pins(text: str) -> Iterator[Named]:
    """Read the pins of Swift's package manager: those of its first form are in `object`."""
    data = _object(text)
    first = data.get("object")
    for pin in _list(data.get("pins") or (first.get("pins") if isinstance(first, dict) else None)):
        state = pin.get("state") if isinstance(pin, dict) else None
        name = (pin.get("identity") or pin.get("package")) if isinstance(pin, dict) else None
        if isinstance(state, dict) and name:
            yield str(name), str(state.get("version") or ""), _line_of(text, f'"{name}"')


def _object(text: str) -> dict[str, Any]:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _line_of(text: str, part: str) -> int:
    at = text.find(part)
    return text.count("\n", 0, at) + 1 if at >= 0 else 1


# Pattern of a file's name -> what reads it.
READERS: dict[str, Callable[[str], Iterator[Named]]] = {
    r"package\.json|composer\.json": _package_json,
    r"package-lock\.json|composer\.lock": _package_lock,
    r"pyproject\.toml|Cargo\.toml|Cargo\.lock|poetry\.lock|uv\.lock|Pipfile": _toml,
    r".*requirements.*\.(?:txt|in)": _by_lines(
        r"\s*(?P<name>[A-Za-z0-9][\w.-]*)(?:\[[^\]]*\])?\s*(?:[=~<>!]=?=?\s*(?P<version>[^\s;#]+))?"
    ),
    r"go\.mod": _by_lines(
        r"\s*(?:require\s+)?(?P<name>[\w.-]+\.[\w.-]+/\S+)\s+(?P<version>v[0-9]\S*)"
    ),
    r"Gemfile\.lock": _by_lines(r"    (?P<name>[\w.-]+) \((?P<version>[0-9][^)]*)\)"),
    r"Gemfile": _by_lines(
        r"\s*gem\s+['\"](?P<name>[\w.-]+)['\"](?:\s*,\s*['\"](?P<version>[^'\"]+)['\"])?"
    ),
    r"pom\.xml|.*\.csproj|Directory\.Packages\.props": _xml,
    r"build\.gradle(?:\.kts)?": _by_lines(
        r"\s*\w+\s*\(?['\"](?P<name>[\w.-]+:[\w.-]+)(?::(?P<version>[\w.-]+))?['\"]"
    ),
    r"mix\.exs": _by_lines(r"\s*\{:(?P<name>\w+),\s*\"(?P<version>[^\"]+)\""),
    r"mix\.lock": _by_lines(r"\s*\"(?P<name>\w+)\":\s*\{:hex,\s*:\w+,\s*\"(?P<version>[^\"]+)\""),
    r"build\.sbt|\w+\.sbt|Dependencies\.scala": _by_lines(
        r".{0,200}?\"[\w.-]+\"\s*%{1,3}\s*\"(?P<name>[\w.-]+)\"\s*%\s*\"(?P<version>[\w.+-]+)\""
    ),
    r"Package\.resolved": _swift_pins,
}
