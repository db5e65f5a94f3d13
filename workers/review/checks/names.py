"""Claims in words: files and identifiers that are named, against a search.

Names in prose may be of libraries or of things that are missed: those that stand nowhere are
warnings, and only where the sentence asserts that they are there.
"""

from __future__ import annotations

import builtins
import re
import sys
from typing import TYPE_CHECKING

from sessions.errors import shown
from sessions.patterns import lazy_pattern
from workers.delivery.citation import is_source_file
from workers.delivery.delivery import is_there, problem
from workers.repository.repository import Refused
from workers.review.checks.assertions import asserted_spans, is_asserted
from workers.review.checks.complete import FUTURE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from workers.contract import Place, Problem
    from workers.delivery.delivery import Delivery
    from workers.repository.repository import Repository


_IDENTIFIER = lazy_pattern(r"[A-Za-z_][\w.]*(?:\(\))?")
_FILE_NAME = lazy_pattern(r"[\w.@\[\]()-]+/[\w.@/\[\]()-]*\.[A-Za-z]{1,6}")
# What a build or an installation makes: it need not be in the repository.
_MADE = frozenset(
    "dist build out target bin obj node_modules vendor coverage tmp .next .nuxt site-packages .venv"
    " venv __pycache__ .git public storage logs htmlcov".split()
)
_LONG = 10
_SPAN = lazy_pattern(r"`([^`\n]{1,120})`")
# Texts of the JSON that say what is there; others advise, or say what is to come.
_STATEMENTS = frozenset(
    "title description business_logic integration_patterns implementation authentication"
    " authorization rate_limiting caching_strategy data_integrity implementation_notes"
    " current_performance security_feature optimization endpoint service_name".split()
)
_GLOBALS = frozenset(
    "Math JSON Promise Object Array Number String Boolean Symbol Date RegExp Intl Reflect Proxy"
    " Buffer console process window document globalThis System Optional Collections Arrays Objects"
    " Files Paths Thread Task Console Convert Guid DateTime StringBuilder HashMap"
    " ArrayList localStorage sessionStorage".split()
)
_STANDARD = frozenset(dir(builtins)) | frozenset(
    "setTimeout setInterval clearTimeout clearInterval setImmediate queueMicrotask"
    " encodeURIComponent decodeURIComponent parseInt parseFloat structuredClone isNaN"
    " toString valueOf hasOwnProperty"
    " NullPointerException IllegalArgumentException IllegalStateException RuntimeException"
    " IOException SQLException InterruptedException ArgumentException ArgumentNullException"
    " InvalidOperationException NotImplementedException ReferenceError RangeError"
    " URIError EvalError ActiveRecord NoMethodError StandardError ArgumentError"
    " println printf sprintf".split()
)
_OF_DATABASES = lazy_pattern(r"(?:pg|sqlite|mysql|innodb|information)_\w+")


def names_in_prose_stand_in_the_code(delivery: Delivery) -> Iterator[Problem]:
    """Files and identifiers in backticks are in the repository, where they are said to."""
    seen: set[str] = set()
    for number, span in _told_of_the_code(delivery):
        seen.add(span)
        yield from _if_absent(delivery.repository, span, delivery.in_notes(number))
    for pointer, span in _told_in_json(delivery):
        if span not in seen:  # the notes say the same
            seen.add(span)
            yield from _if_absent(delivery.repository, span, delivery.in_json(pointer))


def _if_absent(repository: Repository, span: str, place: Place) -> Iterator[Problem]:
    if _FILE_NAME.fullmatch(span):
        if _is_no_file(repository, span):
            hint = "Correct the path, or drop it."
            yield problem("K13", f"the file {shown(span)} does not exist", hint, place)
    elif _is_identifier(span) and not _stands(repository, span):
        message = f"{shown(span, 80)} is nowhere in the repository"
        yield problem("K14", message, "Correct the name, or drop it.", place)


def _told_in_json(delivery: Delivery) -> Iterator[tuple[str, str]]:
    """Yield pointer and code span of what the JSON says is there: no advice, nothing proposed."""
    for name in delivery.lists:
        for pointer, entry in delivery.entries(name):
            if name != "findings" and not is_there(entry):
                continue
            for key, text in entry.items():
                if key in _STATEMENTS and isinstance(text, str):
                    spans = ((match[1].strip(), match.start()) for match in _SPAN.finditer(text))
                    yield from (
                        (f"{pointer}/{key}", span) for span, at in spans if is_asserted(text, at)
                    )


def _told_of_the_code(delivery: Delivery) -> Iterator[tuple[int, str]]:
    """Yield line and code span of what the notes say is there: no advice, nothing proposed."""
    heading = ""
    for section in delivery.notes.sections if delivery.notes else ():
        heading = section.key if section.level <= 2 else heading
        if heading not in FUTURE:
            yield from asserted_spans([line for line in section.lines if not line.proposed])


def _is_no_file(repository: Repository, span: str) -> bool:
    """Tell whether a path means a file of the repository that is not there.

    Served paths, files of libraries and built ones are none, nor is what the code writes literally.
    """
    parts = span.removeprefix("./").split("/")
    if not is_source_file(span) or not _MADE.isdisjoint(parts) or ".." in parts:
        return False
    source = repository.source(span)
    if not isinstance(source, Refused) or source.reason != "missing" or source.foreign:
        return False
    if any(file.endswith(f"/{'/'.join(parts)}") for file in repository.files):
        return False
    return repository.has_word(span) is False


def _is_identifier(span: str) -> bool:
    """Tell whether a code span is a name that a program gave: `order_id`, `OrderItem`, `pay()`."""
    if not _IDENTIFIER.fullmatch(span) or len(span) > 80:
        return False
    name = span.removesuffix("()")
    first, last = name.split(".")[0], name.split(".")[-1]
    if last in _STANDARD or first in _STANDARD or first in _GLOBALS:
        return False
    if first in sys.stdlib_module_names or _OF_DATABASES.fullmatch(last):
        return False
    return "_" in last.strip("_") or span.endswith("()") or bool(re.search(r"[a-z][A-Z]", last))


def _stands(repository: Repository, span: str) -> bool:
    name = span.removesuffix("()").split(".")[-1]
    # `EnsureCreated` may stand for `EnsureCreatedAsync`; a short name is a part of many others.
    return repository.has_word(name, inside=len(name) >= _LONG) is not False
