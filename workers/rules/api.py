"""The interface: paging, methods that say what they do, one form of errors."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from sessions.patterns import lazy_pattern
from workers.rules import trees
from workers.rules.ground import Observation, Place
from workers.rules.queries import changes, reads_without_bound
from workers.survey.syntax import line, text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tree_sitter import Node

    from workers.rules.ground import Ground
    from workers.survey.found import Endpoint

_AT_MOST = 12
# What bounds an answer, by whatever library: such a word anywhere in a handler is enough.
_PAGED = lazy_pattern(
    r"limit|offset|\bpage|pagin|cursor|\btake\b|\bskip\b|\bfirst\b|per_page|\bsize\b|\bcount\b|\[\s*:"
    r"|i?slice|stream|\byield\b|csv|export|chunk|batch|window",
    re.IGNORECASE,
)
_PLURAL = lazy_pattern(r"/(?P<name>[a-z][a-z0-9_-]{2,60}s)/?$", re.IGNORECASE)
_HOLDERS = frozenset({"return_statement", "assignment", "variable_declarator"})
_USES = frozenset({"return_statement", "for_statement", "for_in_statement", "arguments"})
# What is one thing, and what is a short list that no user makes longer.
_ONE = lazy_pattern(
    r"(?:ss|us|is|status|settings|stats|metrics|news|docs|details|preferences|countries|currencies"
    r"|languages|locales|time-?_?zones|roles|permissions|scopes|plans|statuses|totals|counts"
    r"|statistics|analytics|exports)$"
)
_SUMS_UP = frozenset(
    "sum len max min any all Counter reduce next bool length some every find findIndex at pop"
    " shift".split()
)
# What hands on all rows that it is given; any other function may choose among them.
_HANDS_ON = lazy_pattern(
    r"^(?:[A-Z]\w*|list|tuple|set|dict|sorted|reversed|enumerate|zip|map|filter|send|render|gather"
    r"|\w*(?i:json|serial|dump|valid|schema|to_|as_|from_|respon|success|ok|format|present|encode"
    r"|transform|convert|view|dto|instance|plain)\w*)$"
)
_CHOOSES = frozenset(
    "subscript subscript_expression not_operator unary_expression comparison_operator".split()
)
_ANSWERS = frozenset("res reply response ctx c context h request_handler".split())
_GATHERS = frozenset("append push add extend concat set unshift".split())
_CHANGING = lazy_pattern(
    r"^(?:create|add|delete|remove|destroy|update|cancel|approve|reject|reset|revoke|publish"
    r"|archive|refund|purge|clear)(?:$|[-_])",
    re.IGNORECASE,
)


def collections_are_paged(ground: Ground) -> Iterator[Observation]:
    """A GET that answers with all rows of a table has a limit."""
    collections = [one for one in ground.survey.endpoints if _is_collection(one)]
    unpaged = [
        endpoint
        for endpoint, handler in ground.handlers(collections)
        if handler is not None
        and any(_is_answered(call, handler) for call in _reads_of(handler))
        and not _PAGED.search(_code_of(handler))
    ]
    if unpaged:
        names = ", ".join(f"GET {one.path}" for one in unpaged[:3])
        more = f" and {len(unpaged) - 3} more" if len(unpaged) > 3 else ""
        yield Observation(
            "medium",
            "performance",
            f"{names}{more} answers without a limit",
            "The handler reads every row that matches and has no limit, cursor or page: answers"
            " grow with the rows.",
            "Page by cursor, or by limit and offset, with a default of 50 and an upper bound.",
            "days",
            "A request for 1000 rows gets at most the upper bound, and a way to the next page.",
            tuple(Place(one.file, one.line) for one in unpaged[:_AT_MOST]),
        )


def _reads_of(handler: Node) -> list[Node]:
    return [call for call in trees.calls(handler, ()) if reads_without_bound(call)]


def _is_answered(call: Node, handler: Node) -> bool:
    """Tell whether what a call reads is returned, or goes into what is."""
    if handler.type == "arrow_function" and handler.child_by_field_name("body") == call.parent:
        return True
    holder = trees.above(call, _HOLDERS)
    if holder is None or holder.type == "return_statement":
        return holder is not None and _reaches(call, holder)
    target = holder.child_by_field_name("left") or holder.child_by_field_name("name")
    names = trees.identifiers(target) if target is not None else set()
    return _reaches(call, holder) and any(
        _hands_out(node, names)
        for node in trees.nodes(handler, ())
        if node.type in _USES and node.start_byte > holder.start_byte
    )


def _reaches(value: Node, holder: Node) -> bool:
    """Tell whether rows stay rows on their way: not summed up, nor handed on with the request."""
    outer = value.parent
    while outer is not None and outer != holder:
        if outer.type in trees.CALLS and not _hands_on(outer, value):
            return False
        if outer.type in _CHOOSES and not _is_index(outer, value):
            return False
        if outer.type == "member_expression" and trees.last_name(outer) in _SUMS_UP:
            return False
        outer = outer.parent
    return True


def _is_index(chosen: Node, value: Node) -> bool:
    """Tell whether a value is what something else is looked up by."""
    looked_in = chosen.child_by_field_name("value") or chosen.child_by_field_name("object")
    return looked_in is not None and value.start_byte >= looked_in.end_byte


def _hands_on(call: Node, value: Node) -> bool:
    """Tell whether a call gives back all rows that it is called on or given."""
    name = trees.last_name(call)
    callee = call.child_by_field_name("function")
    if name in _SUMS_UP:
        return False
    if callee is not None and value.end_byte <= callee.end_byte:
        return True
    with_request = any(text(one) in {"request", "req"} for one in trees.arguments(call))
    return _HANDS_ON.match(name) is not None and (name == "render" or not with_request)


def _hands_out(use: Node, names: set[str]) -> bool:
    """Tell whether a statement answers with the rows that some names hold, or gathers them."""
    rows = [one for one in trees.nodes(use, ()) if text(one) in names and not one.children]
    if use.type == "return_statement":
        return any(_reaches(one, use) for one in rows)
    if use.type == "arguments":
        is_answer = use.parent is not None and trees.names(use.parent)[:1] != [""]
        is_answer = is_answer and not _ANSWERS.isdisjoint(trees.identifiers(use.parent or use))
        return is_answer and any(_reaches(one, use) for one in rows)
    looped = use.child_by_field_name("right")
    gathers = any(trees.last_name(call) in _GATHERS for call in trees.calls(use))
    return gathers and looped is not None and not names.isdisjoint(trees.identifiers(looped))


def _is_collection(endpoint: Endpoint) -> bool:
    plural = _PLURAL.search(endpoint.path) if endpoint.method == "GET" else None
    return plural is not None and not _ONE.search(plural["name"].lower())


def _code_of(handler: Node) -> str:
    """Return a handler's code with its decorators, its comments left out."""
    whole = (
        handler.parent
        if handler.parent and handler.parent.type == "decorated_definition"
        else handler
    )
    return " ".join(
        text(one) for one in trees.nodes(whole, ()) if not one.children and one.type != "comment"
    )


def reading_changes_nothing(ground: Ground) -> Iterator[Observation]:
    """No GET whose path says that it changes something does so."""
    methods: dict[tuple[str, int], set[str]] = defaultdict(set)
    for endpoint in ground.survey.endpoints:
        methods[endpoint.file, endpoint.line].add(endpoint.method)
    named = [
        one
        for one in ground.survey.endpoints
        if methods[one.file, one.line] <= {"GET", "HEAD"}  # with others, it may be a form
        and any(_CHANGING.match(word) for word in one.path.split("/")[-2:])
    ]
    changing = [
        endpoint
        for endpoint, handler in ground.handlers(named)
        if handler is not None and any(map(changes, trees.calls(handler, ())))
    ]
    if changing:
        names = ", ".join(f"GET {one.path}" for one in changing[:3])
        yield Observation(
            "medium",
            "api",
            f"{names} changes data",
            "GET must be safe (RFC 9110, 9.2.1): crawlers, prefetching and retries call it.",
            "Use POST, PUT, PATCH or DELETE for it.",
            "days",
            "Calling the GET twice leaves the data as it was.",
            tuple(Place(one.file, one.line) for one in changing[:_AT_MOST]),
        )


class Form(NamedTuple):
    """The keys of errors that share one, and where the first is."""

    keys: set[str]
    place: Place


def errors_have_one_form(ground: Ground) -> Iterator[Observation]:
    """Errors are answered in one form."""
    by_program: dict[str, list[Form]] = defaultdict(list)
    programs = _programs(ground)
    for file, root in ground.trees(_MAY_ANSWER):
        if _NO_ERRORS.search(file):
            continue
        for call in trees.calls(root, ()):
            keys = _error_keys(call)
            if keys and not _tells_health(call):
                _add(by_program[_program_of(file, programs)], Form(keys, Place(file, line(call))))
    for forms in by_program.values():
        if len(forms) < 2:
            continue
        names = "; ".join(", ".join(sorted(form.keys)[:4]) for form in forms[:4])
        yield Observation(
            "low",
            "api",
            f"Errors are answered in {len(forms)} forms",
            f"Their bodies have no key in common: {names}. Clients have to know each endpoint's"
            " own.",
            "Answer all errors in one form, as application/problem+json (RFC 9457).",
            "days",
            "Every answer of 400 and above has the same keys.",
            tuple(form.place for form in forms[:6]),
        )


def _add(forms: list[Form], new: Form) -> None:
    """Add a form to others, as one with all that it shares a key with."""
    same = [form for form in forms if not form.keys.isdisjoint(new.keys)]
    if not same:
        forms.append(new)
        return
    for form in (*same[1:], new):
        same[0].keys.update(form.keys)
    forms[:] = [form for form in forms if form not in same[1:]]


def _programs(ground: Ground) -> set[str]:
    """Return the folders with a manifest: what answers in each has clients of its own."""
    return {
        path.rpartition("/")[0]
        for path in ground.repository.files
        if path.rpartition("/")[2] in _MANIFESTS
    }


def _program_of(file: str, folders: set[str]) -> str:
    """Return the nearest of some folders that holds a file, the root's '' if none does."""
    folder = file.rpartition("/")[0]
    while folder and folder not in folders:
        folder = folder.rpartition("/")[0]
    return folder


def _tells_health(call: Node) -> bool:
    function = trees.above(call, trees.FUNCTIONS)
    name = text(function.child_by_field_name("name")) if function is not None else ""
    return _NO_ERRORS.search(name) is not None


_MANIFESTS = frozenset({"package.json", "pyproject.toml", "requirements.txt", "setup.py"})
# Whose form others lay down, or that tells how a service is and not what was wrong.
_NO_ERRORS = lazy_pattern(
    r"health|ready|readiness|liveness|heartbeat|graphql|json-?rpc|oauth|oidc|scim|saml",
    re.IGNORECASE,
)
_NAMES_ERROR = lazy_pattern(
    r"error|message|detail|title|reason|msg|code|description|exception", re.IGNORECASE
)
_LAID_DOWN = frozenset({"error_description", "jsonrpc", "schemas"})
_MAY_ANSWER = lazy_pattern(rb"\.status\(\s*[45]\d\d|jsonify\(|JSONResponse\(|JsonResponse\(")
_IS_ERROR = lazy_pattern(r"(?:status\.HTTP_)?[45]\d\d")


def _error_keys(call: Node) -> set[str]:
    """Return the keys of the body that a call answers an error with, none if it does not."""
    name, arguments = trees.last_name(call), trees.arguments(call)
    if not arguments:
        return set()
    body, status = arguments[0], ""
    if call.type == "call_expression" and name in {"json", "send"}:
        status = _status_before(call)
    elif call.type == "call" and name in {"JSONResponse", "JsonResponse"}:
        status = text(trees.keyword(call, "status_code") or trees.keyword(call, "status"))
        body = trees.keyword(call, "content") or body
    elif call.type == "call" and name == "jsonify":
        status = _status_beside(call)
    if not _IS_ERROR.match(status) or body.type not in {"object", "dictionary"}:
        return set()
    return _keys_of(body)


def _keys_of(body: Node) -> set[str]:
    """Return the keys of a body that tells an error; none where a spread may add others."""
    if any(one.type in {"spread_element", "dictionary_splat"} for one in body.named_children):
        return set()
    keys = {key for key, _ in trees.pairs(body)}
    keys |= {text(one) for one in body.named_children if one.type == _SHORTHAND}
    tells_error = any(map(_NAMES_ERROR.search, keys))
    return keys if tells_error and keys.isdisjoint(_LAID_DOWN) else set()


_SHORTHAND = "shorthand_property_identifier"


def _status_beside(call: Node) -> str:
    """Return the status in `return jsonify(...), 404`, '' if there is none."""
    is_pair = call.parent is not None and call.parent.type in {"expression_list", "tuple"}
    return text(call.next_named_sibling) if is_pair else ""


def _status_before(call: Node) -> str:
    """Return the status in `res.status(404).json(...)`, '' if there is none."""
    callee = call.child_by_field_name("function")
    before = callee.child_by_field_name("object") if callee is not None else None
    if before is None or trees.last_name(before) != "status" or before.type not in trees.CALLS:
        return ""
    return text(next(iter(trees.arguments(before)), None))
