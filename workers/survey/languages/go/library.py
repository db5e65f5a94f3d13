"""Functions of Go's own library and of frameworks that routes are put together with."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sessions.patterns import lazy_pattern
from workers.survey.languages.go import frameworks, methods
from workers.survey.languages.go.routers import Router
from workers.survey.languages.go.values import (
    UNKNOWN_TEXT,
    External,
    Seq,
    Text,
    Value,
    Wrapped,
    as_text,
    joined,
    known,
    text,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from workers.survey.languages.go.calls import Call

_VERB = lazy_pattern(r"%([-+# 0]{0,3}[0-9.]{0,6})([a-zA-Z%])")
Answer = tuple[bool, Value]


def called(call: Call, of: External) -> Answer:
    """Tell whether a function is known here, and what it returns."""
    kind = frameworks.MAKERS.get((of.path, of.name))
    if kind is not None:
        for value in call.values:
            call.follower.hand_on(value)
        return True, call.follower.made(Router(kind))
    does = _KNOWN.get((of.path, of.name))
    return (True, does(call)) if does is not None else (False, None)


def _sprintf(call: Call) -> Value:
    """Put arguments into a format; what is no text is not known."""
    format_ = known(call.value(0))
    if format_ is None:
        return UNKNOWN_TEXT
    parts: list[Text] = []
    at, argument = 0, 1
    for match in _VERB.finditer(format_):
        parts.append(text(format_[at : match.start()]))
        at = match.end()
        if match[2] == "%":
            parts.append(text("%"))
            continue
        is_text = match[2] in "sv" and not match[1]
        parts.append(as_text(call.value(argument)) if is_text else UNKNOWN_TEXT)
        argument += 1
    parts.append(text(format_[at:]))
    place = call.value(0).place if isinstance(call.value(0), Text) else None
    return Text(joined(*parts).parts, place)


def _sprint(call: Call) -> Value:
    return joined(*map(as_text, call.values))


def _path_join(call: Call) -> Value:
    """Join elements by single slashes, as `path.Join` does; a slash at the end goes."""
    parts: list[Text] = []
    for value in call.values:
        part = as_text(value)
        if known(part) == "":
            continue
        if parts:
            parts += [text("/")]
        parts.append(part)
    whole = joined(*parts)
    pieces = tuple(None if p is None else re.sub("/{2,}", "/", p) for p in whole.parts)
    if pieces and pieces[-1] is not None and len("".join(p or "?" for p in pieces)) > 1:
        pieces = (*pieces[:-1], (pieces[-1] or "").rstrip("/"))
    return Text(pieces, whole.place)


def _url_join(call: Call) -> Value:
    return _path_join(call)


def _changed(change: Callable[[str, list[str]], str]) -> Callable[[Call], Value]:
    """Return a function of `strings` that is known where all its arguments are."""

    def does(call: Call) -> Value:
        values = [known(value) for value in call.values]
        first = values[0] if values else None
        rest = [one for one in values[1:] if one is not None]
        if first is None or len(rest) < len(values) - 1:
            return UNKNOWN_TEXT
        try:
            return text(change(first, rest))
        except (IndexError, ValueError):
            return UNKNOWN_TEXT

    return does


def _join(call: Call) -> Value:
    listed, by = call.value(0), as_text(call.value(1))
    if not isinstance(listed, Seq) or listed.open:
        return UNKNOWN_TEXT
    parts: list[Text] = []
    for item in listed.items:
        parts += [by, as_text(item)] if parts else [as_text(item)]
    return joined(*parts) if parts else text("")


def _strip_prefix(call: Call) -> Value:
    """Hand on to a handler what is left of the path."""
    router = methods.router_in(call.follower, call.value(1))
    if router is None:
        handler = call.expressions[1] if len(call.expressions) > 1 else None
        if call.value(1) is None and handler and handler[0] != "c":
            call.follower.loose = True  # some router may be served below it
        return None
    before = router.stripped if router.stripped is not None else text("")
    return Wrapped(router.router, joined(as_text(call.value(0)), before))


def _on_default(call: Call) -> Value:
    call.follower.heard.add(call.place)
    call.follower.effects += 1
    return methods.called(call, call.follower.default_mux)


def _mock(call: Call) -> Value:
    """Serve a router for tests: it is none of the program's."""
    inner = methods.router_in(call.follower, call.value(0))
    if inner is not None:
        inner.router.mock = inner.router.late
    return None


def _first(call: Call) -> Value:
    return call.value(0)


_KNOWN: dict[tuple[str, str], Callable[[Call], Value]] = {
    ("fmt", "Sprintf"): _sprintf,
    ("fmt", "Sprint"): _sprint,
    ("path", "Join"): _path_join,
    ("path/filepath", "Join"): _path_join,
    ("net/url", "JoinPath"): _url_join,
    ("strings", "Join"): _join,
    ("strings", "ToLower"): _changed(lambda first, _: first.lower()),
    ("strings", "ToUpper"): _changed(lambda first, _: first.upper()),
    ("strings", "TrimSpace"): _changed(lambda first, _: first.strip()),
    ("strings", "TrimSuffix"): _changed(lambda first, rest: first.removesuffix(rest[0])),
    ("strings", "TrimPrefix"): _changed(lambda first, rest: first.removeprefix(rest[0])),
    ("strings", "TrimRight"): _changed(lambda first, rest: first.rstrip(rest[0])),
    ("strings", "TrimLeft"): _changed(lambda first, rest: first.lstrip(rest[0])),
    ("strings", "Trim"): _changed(lambda first, rest: first.strip(rest[0])),
    ("strings", "ReplaceAll"): _changed(lambda first, rest: first.replace(rest[0], rest[1])),
    ("net/http", "StripPrefix"): _strip_prefix,
    ("net/http/httptest", "NewServer"): _mock,
    ("net/http/httptest", "NewTLSServer"): _mock,
    ("net/http/httptest", "NewUnstartedServer"): _mock,
    ("net/http", "Handle"): _on_default,
    ("net/http", "HandleFunc"): _on_default,
    ("net/http", "HandlerFunc"): _first,
    ("net/http", "Handler"): _first,
}
