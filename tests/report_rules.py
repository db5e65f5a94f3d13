"""What other programs ask of a report: their schemas, and what they document beside them.

Each function returns what is wrong with a text; nothing where all is well. The rules of code
scanning are those of GitHub's page on SARIF support; the schema knows none of them.
"""

from __future__ import annotations

import functools
import gzip
import json
import re
from collections.abc import Iterator
from importlib import import_module
from typing import Any
from urllib.parse import unquote_to_bytes
from xml.etree import ElementTree as ET

from tests.kit import PROJECT

_SCHEMAS = PROJECT / "tests" / "schemas"
_RULE_TEXTS = ("shortDescription", "fullDescription", "help")
_REGION = ("startLine", "startColumn", "endLine", "endColumn")
_URI = re.compile(r"(?:[A-Za-z0-9._~!$&'()*+,;=@/-]|%[0-9A-F]{2})+")
_LONE = re.compile("[\ud800-\udfff]")
_UPLOAD_BYTES = 10 * 1000 * 1000


def sarif_faults(text: str) -> list[str]:
    """Hold a text against the schema of SARIF, then against what code scanning documents."""
    document = _json(text)
    if isinstance(document, str):
        return [document]
    faults = list(_by_schema(document, "sarif-2.1.0.json"))
    if len(gzip.compress(text.encode())) > _UPLOAD_BYTES:
        faults.append("over 10 MB when compressed")
    runs = document.get("runs", [])
    if len(runs) > 20:
        faults.append("more than 20 runs")
    categories = [
        str(run.get("automationDetails", {}).get("id")).rpartition("/")[0] for run in runs
    ]
    if len({*categories}) < len(runs):
        faults.append("two runs of one category")
    if "$schema" not in document:
        faults.append("no $schema")
    return faults + [fault for run in runs for fault in run_faults(run)]


def run_faults(run: dict[str, Any]) -> Iterator[str]:
    driver, results = run["tool"]["driver"], run.get("results")
    rules = {rule.get("id"): rule for rule in driver.get("rules", [])}
    if results is None:
        yield "no results: old alerts stay open"
        return
    if len(rules) != len(driver.get("rules", [])) or "rules" not in driver:
        yield "two rules of one id, or no rules"
    if len(results) > 5000:
        yield "more than 5,000 results: the rest is not shown"
    for rule in rules.values():
        yield from _rule(rule)
    for result in results:
        yield from _result(result, rules)
    keys = [_alert(result) for result in results]
    if len({*keys}) < len(keys):
        yield "two results are one alert"


def _alert(result: dict[str, Any]) -> tuple[str, str]:
    """Return by what two results are one alert."""
    line_hash = result.get("partialFingerprints", {}).get("primaryLocationLineHash")
    return result.get("ruleId", ""), line_hash or json.dumps(result)


def _rule(rule: dict[str, Any]) -> Iterator[str]:
    for name in _RULE_TEXTS:
        text = rule.get(name, {}).get("text")
        if not text:
            yield f"rule {rule.get('id')} has no {name}"
        elif name != "help" and len(text) > 1024:
            yield f"rule {rule.get('id')}: {name} over 1,024 characters"
    if len(rule.get("properties", {}).get("tags", [])) > 20:
        yield "more than 20 tags"
    if len(rule.get("name", "")) > 255:
        yield "a name over 255 characters"


def _result(result: dict[str, Any], rules: dict[str, Any]) -> Iterator[str]:
    if result.get("ruleId") not in rules:
        yield f"no rule {result.get('ruleId')}"
    if not result.get("message", {}).get("text"):
        yield "no message.text"
    if result.get("level") not in {"error", "warning", "note"}:
        yield "no level"
    if not any(result.get("partialFingerprints", {}).values()):
        yield "no fingerprint"
    locations = result.get("locations", [])
    if not locations:
        yield "expected at least one location"
    related = result.get("relatedLocations", [])
    if max(len(locations), len(related)) > 1000:
        yield "more than 1,000 locations"
    for location in (*locations, *related):
        yield from _location(location)
    ids = {str(location.get("id")) for location in related}
    for target in re.findall(r"\]\(([^)]*)\)", result.get("message", {}).get("text", "")):
        if target not in ids:
            yield f"a link to {target}, which is no related location"


def _location(location: dict[str, Any]) -> Iterator[str]:
    physical = location.get("physicalLocation")
    if not physical:
        yield "expected a physical location"
        return
    uri = physical.get("artifactLocation", {}).get("uri")
    if not uri:
        yield "expected artifact location"
        return
    path = unquote_to_bytes(uri)
    if not _URI.fullmatch(uri) or path.startswith((b"/", b"./")) or b".." in path.split(b"/"):
        yield f"{uri} is no relative, encoded path"
    region = physical.get("region", {})
    numbers = [region.get(name) for name in _REGION]
    if not all(isinstance(number, int) and number >= 1 for number in numbers):
        yield f"a region without {_REGION}"
        return
    if (numbers[0], numbers[1]) > (numbers[2], numbers[3]):
        yield "a region that ends before it begins"


def junit_faults(text: str) -> list[str]:
    """Hold a text against the XSD; its counts against its cases; its names against each other."""
    try:
        data = text.encode()
        root = ET.fromstring(data)  # noqa: S314 - made by ourselves
    except (ET.ParseError, UnicodeEncodeError) as error:
        return [f"not XML: {error}"]
    faults = [str(error.reason) for error in _xsd().iter_errors(data.decode())]
    for suite in root.iter("testsuite"):
        cases = list(suite.iter("testcase"))
        for name, tag in (("failures", "failure"), ("skipped", "skipped")):
            counted = sum(case.find(tag) is not None for case in cases)
            if suite.get(name) != str(counted):
                faults.append(f"{suite.get(name)} {name}, counted {counted}")
        if suite.get("tests") != str(len(cases)):
            faults.append(f"{suite.get('tests')} tests, counted {len(cases)}")
    names = [(case.get("classname"), case.get("name")) for case in root.iter("testcase")]
    if len({*names}) < len(names):
        faults.append("two tests of one name: viewers show the first")
    return faults


def gitlab_faults(text: str) -> list[str]:
    """Hold a text against a schema of what GitLab documents; no two issues of one fingerprint."""
    document = _json(text)
    if isinstance(document, str):
        return [document]
    faults = list(_by_schema(document, "gitlab-codequality.json"))
    prints = [json.dumps(issue.get("fingerprint")) for issue in document if isinstance(issue, dict)]
    if len({*prints}) < len(prints):
        faults.append("two issues of one fingerprint: the second is not shown")
    return faults


def openapi_faults(text: str) -> list[str]:
    """Hold a text against OpenAPI 3.1: its schema, and what the schema cannot say of paths."""
    document = _json(text)
    if isinstance(document, str):
        return [document]
    validator = import_module("openapi_spec_validator").OpenAPIV31SpecValidator  # as jsonschema
    try:
        faults = [str(error.message)[:200] for error in validator(document).iter_errors()]
    except (KeyError, TypeError) as error:  # it takes for granted what its schema asks for
        faults = [f"not to be validated: {error!r}"]
    if str(document.get("openapi"))[:4] != "3.1.":
        faults.append("not OpenAPI 3.1")
    if not document.get("paths"):
        faults.append("no endpoint")
    return faults


# Of formats that are made of any verdict; the other one has nothing of a rejected report.
FAULTS = {"sarif": sarif_faults, "junit": junit_faults, "gitlab": gitlab_faults}


def _json(text: str) -> Any:
    """Return what a strict parser reads, or in a text why it does not."""
    if text.startswith("\ufeff"):
        return "a byte order mark"
    try:
        text.encode()
        document = json.loads(text)
    except (ValueError, UnicodeEncodeError) as error:
        return f"not JSON: {error}"
    again = json.dumps(document, ensure_ascii=False)
    return "a lone surrogate" if _LONE.search(again) else document


def _by_schema(document: Any, name: str) -> Iterator[str]:
    for error in _validator(name).iter_errors(document):
        yield f"{'/'.join(map(str, error.absolute_path))}: {error.message[:200]}"


@functools.cache
def _validator(name: str) -> Any:
    validator = import_module("jsonschema").Draft202012Validator  # it has no types

    return validator(json.loads((_SCHEMAS / name).read_text("utf-8")))


@functools.cache
def _xsd() -> Any:
    from xmlschema import XMLSchema

    return XMLSchema(str(_SCHEMAS / "junit.xsd"))
