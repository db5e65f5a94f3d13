"""The numbers of weaknesses that exist: CWE and the OWASP Top 10.

CWE by the list of MITRE, version 4.14 (cwe.mitre.org/data/downloads.html); what came later has
higher numbers and is not known here. OWASP Top 10 by owasp.org/Top10.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Literal

from sessions.patterns import lazy_pattern

Standing = Literal["weakness", "deprecated", "category", "unknown", "none"]

_WEAKNESSES = """
5-9 11-15 20 22-59 61-62 64-67 69 72-91 93-99 102-131 134-135 138 140-168 170 172-188 190-198
200-215 219-224 226 228-246 248 250 252-253 256-263 266-274 276-291 293-309 311-319 321-354 356-360
362-364 366-370 372 374-375 377-379 382-386 390-397 400-410 412-416 419-422 424-428 430-437 439-441
444 446-451 453-457 459-460 462-464 466-484 486-489 491-502 506-512 514-515 520-532 535-541 543-544
546-556 558 560-568 570-591 593-595 597-603 605-628 636-657 662-676 680-698 703-708 710 732-733 749
754-768 770-799 804-807 820-839 841-843 862-863 908-918 920-927 939-943 1004 1007 1021-1025
1037-1039 1041-1080 1082-1127 1164 1173-1174 1176-1177 1188-1193 1204 1209 1220-1224 1229-1236
1239-1304 1310-1323 1325-1336 1338-1339 1341-1342 1351 1357 1384-1386 1389-1395 1419-1423
"""
_DEPRECATED = """
71 92 132 216-218 225 247 249 292 365 373 423 443 458 516 533-534 542 545 592 596 769 1187 1324
"""
# Categories and views: groups of weaknesses, which MITRE forbids to name as one.
_CATEGORIES = """
1-4 10 16-19 21 60 63 68 70 100-101 133 136-137 139 169 171 189 199 227 251 254-255 264-265 275 310
320 355 361 371 376 380-381 387-389 398-399 411 417-418 429 438 442 445 452 461 465 485 490 503-505
513 517-519 557 559 569 604 629-635 658-661 677-679 699-702 709 711-731 734-748 750-753 800-803
808-819 840 844-861 864-907 919 928-938 944-1003 1005-1006 1008-1020 1026-1036 1040 1081 1128-1163
1165-1172 1175 1178-1186 1194-1203 1205-1208 1210-1219 1225-1228 1237-1238 1305-1309 1337 1340
1343-1350 1352-1356 1358-1383 1387-1388 1396-1418 1424-1425 2000
"""
_NEWEST = 1425
_MAY_COME = 400  # numbers after the newest of which nobody here knows whether they are given

TOP_TEN: dict[int, tuple[str, ...]] = {
    2017: (
        "Injection",
        "Broken Authentication",
        "Sensitive Data Exposure",
        "XML External Entities",
        "Broken Access Control",
        "Security Misconfiguration",
        "Cross-Site Scripting",
        "Insecure Deserialization",
        "Using Components with Known Vulnerabilities",
        "Insufficient Logging & Monitoring",
    ),
    2021: (
        "Broken Access Control",
        "Cryptographic Failures",
        "Injection",
        "Insecure Design",
        "Security Misconfiguration",
        "Vulnerable and Outdated Components",
        "Identification and Authentication Failures",
        "Software and Data Integrity Failures",
        "Security Logging and Monitoring Failures",
        "Server-Side Request Forgery",
    ),
    2025: (
        "Broken Access Control",
        "Security Misconfiguration",
        "Software Supply Chain Failures",
        "Cryptographic Failures",
        "Injection",
        "Insecure Design",
        "Authentication Failures",
        "Software or Data Integrity Failures",
        "Logging & Alerting Failures",
        "Mishandling of Exceptional Conditions",
    ),
}
_EARLIER = frozenset({2003, 2004, 2007, 2010, 2013})
_LAST_YEAR = max(TOP_TEN)
_OWASP = lazy_pattern(
    r"(?:OWASP\s+)?(?:Top\s*10\s+)?A(?P<number>[0-9]{1,3})(?:\s*[:/ -]\s*(?P<year>[0-9]{4}))?"
    r"(?:\s*[-:\u2013\u2014 (]+(?P<name>[^)]{3,120})\)?)?\s*",
    re.IGNORECASE,
)
_LETTERS = lazy_pattern(r"[^a-z0-9]+|\band\b|\bthe\b")


def cwe_number(value: object) -> int | None:
    """Return the number that `89`, "89" or "CWE-89" name, None for anything else."""
    digits = str(value).strip().upper().removeprefix("CWE").lstrip("-: ")
    is_number = digits.isascii() and digits.isdigit() and len(digits) <= 9
    return int(digits) if is_number and not isinstance(value, bool) else None


def standing_of(cwe: int) -> Standing:
    """Return what a number of CWE is; `unknown` where a later list may have it."""
    if cwe in _numbers(_WEAKNESSES):
        return "weakness"
    if cwe in _numbers(_DEPRECATED):
        return "deprecated"
    if cwe in _numbers(_CATEGORIES):
        return "category"
    return "unknown" if _NEWEST < cwe <= _NEWEST + _MAY_COME else "none"


@cache
def _numbers(spans: str) -> frozenset[int]:
    bounds = (span.partition("-") for span in spans.split())
    return frozenset(
        number for first, _, last in bounds for number in range(int(first), int(last or first) + 1)
    )


def wrong_owasp(written: str) -> str | None:
    """Say what is wrong with an entry of the OWASP Top 10; "" for nothing, None if unknown."""
    match = _OWASP.fullmatch(written.strip())
    if match is None:
        return None  # the lists for APIs, phones, models; or words
    number, year = int(match["number"]), int(match["year"] or 0)
    if not 1 <= number <= len(TOP_TEN[_LAST_YEAR]):
        return f"the Top 10 has no A{number:02}"
    if year in _EARLIER or not year or year > _LAST_YEAR:
        return None
    if year not in TOP_TEN:
        return f"there is no Top 10 of {year}"
    name, names = _plain(match["name"] or ""), [_plain(known) for known in TOP_TEN[year]]
    if name in names and name != names[number - 1]:
        return f"A{number:02}:{year} is {TOP_TEN[year][number - 1]}"
    return ""


def _plain(name: str) -> str:
    return _LETTERS.sub("", name.lower())
