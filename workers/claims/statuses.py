"""Claims about the status that an endpoint answers with: declared, or what its handler can show.

A route of FastAPI that sets no status answers 200. A handler of Express that stands in its route
answers what it sets, 200 where it sets none. Where a handler hands its answer on, or sets a status
in any other way, nothing is known.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sessions.errors import shown
from sessions.patterns import lazy_pattern
from workers.claims.claim import UNDECIDED, confirmed, place, refuted
from workers.claims.endpoints import mapped
from workers.claims.handlers import function_around
from workers.claims.paths import fits_method
from workers.delivery.delivery import problem
from workers.repository.source import Source

if TYPE_CHECKING:
    from workers.claims.claim import Claim, Verdict
    from workers.claims.ground import Ground
    from workers.survey.found import Endpoint

_DEFAULT = 200
_DECORATOR_LINES = 40
_HANDLER_CHARACTERS = 6000
_NESTED = r"\((?:[^()]|\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\))*\)"
_RAISES = lazy_pattern(rf"\braise\s+[\w.]+\s*{_NESTED}")
_SETS = lazy_pattern(r"status_code|Response(?!Model)|\bresponses\s*=|\*\*")
_STRING = lazy_pattern(
    r"\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'|`[^`]*`|//[^\n]*|/\*.*?\*/", re.DOTALL
)
_ANSWER = lazy_pattern(
    r"\bres(?:ponse)?\s*(?:\.\s*(?:status|sendStatus)\s*\(\s*(?P<status>[0-9]{3})\s*\)"
    r"|\.\s*(?P<plain>json|send|render|end|sendFile|download)\s*\()"
)
_OF_RESPONSE = lazy_pattern(r"\b(?:res|response)\b(?!\s*\.\s*(?:locals|headersSent|app|req)\b)")


def decide(ground: Ground, claim: Claim) -> Verdict:
    """The endpoint answers with the status that its route declares, or that its handler sets."""
    method = claim.entry["method"]
    there = [one for one in mapped(ground, claim) if fits_method(one.method, method)]
    statuses = {
        one.success_status if one.success_status is not None else _answered(ground, one)
        for one in there
    }
    if not statuses or None in statuses:
        return UNDECIDED
    if claim.says in statuses:
        return confirmed(there[0].file, there[0].line)
    status = there[0].success_status or _answered(ground, there[0])
    verb = "declares" if there[0].success_status else "answers with"
    message = f"`{place(there[0].file, there[0].line)}` {verb} status {status}"
    where = ground.place(claim, "response_format/success_status")
    refutation = problem(
        "K06", f"{message}, not {shown(claim.says, 20)[1:-1]}", f"Write {status}.", where
    )
    return refuted(refutation, there[0].file, there[0].line)


def _answered(ground: Ground, endpoint: Endpoint) -> int | None:
    source = ground.repository.source(endpoint.file)
    if not isinstance(source, Source):
        return None
    if endpoint.framework == "fastapi":
        return _of_fastapi(source, endpoint.line)
    return _of_express(source, endpoint.line) if endpoint.framework == "express" else None


def _of_fastapi(source: Source, line: int) -> int | None:
    """Return the status of a decorated function that sets none, None where it may set one."""
    if not source.lines[line - 1].lstrip().startswith("@"):
        return None
    following = range(line, min(source.line_count, line + _DECORATOR_LINES) + 1)
    defined = next(
        (at for at in following if re.match(r"\s*(?:async )?def ", source.lines[at - 1])), None
    )
    if defined is None:
        return None
    _, last = function_around(source, defined, defined)
    text = "\n".join(source.lines[line - 1 : last])
    return None if _SETS.search(_RAISES.sub("", text)) else _DEFAULT


def _of_express(source: Source, line: int) -> int | None:
    """Return the one status of success that a handler in its route sets."""
    text = _STRING.sub("''", "\n".join(source.lines[line - 1 :])[:_HANDLER_CHARACTERS])
    call = _balanced(text)
    if call is None or not ("=>" in call or "function" in call):
        return None
    answers = list(_ANSWER.finditer(call))
    # One name is the parameter; every other use must be an answer that was read.
    if len(_OF_RESPONSE.findall(call)) != len(answers) + 1:
        return None
    statuses = {int(one["status"]) if one["status"] else _DEFAULT for one in answers}
    success = {status for status in statuses if 200 <= status < 400}
    return success.pop() if len(success) == 1 else None


def _balanced(text: str) -> str | None:
    """Return a text to the end of the first call in it, None where that is not seen."""
    depth = 0
    for at, sign in enumerate(text):
        depth += (sign == "(") - (sign == ")")
        if sign == ")" and depth == 0:
            return text[: at + 1]
    return None
