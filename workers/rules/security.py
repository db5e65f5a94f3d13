"""Security: CORS, who may write, how often one may try."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

from sessions.patterns import lazy_pattern
from workers.repository.source import Source
from workers.rules import trees
from workers.rules.ground import Observation, Place, is_for_development
from workers.survey.syntax import line, text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tree_sitter import Node

    from workers.rules.ground import Ground
    from workers.survey.found import Endpoint

# Endpoints that strangers must reach.
_PUBLIC = lazy_pattern(
    r"log-?in|log-?out|sign-?(?:in|up|out)|regist|token|auth|oauth|sso|saml|callback|webhook|hook"
    r"|forgot|reset|recover|verif|confirm|activat|public|contact|subscri|newsletter|health|ping"
    r"|metric|search|track|event|beacon|csp|invite|preview|share|cart|checkout|graphql|setup"
    r"|session|passw|otp|2fa|mfa|magic|feedback|waitlist|leads?\b|rsvp|votes?\b|refresh|guest|anonym"
    r"|inbound|incoming|ingest|collect|telemetry|analytics|stripe|paypal|notif|enquir|inquir",
    re.IGNORECASE,
)
_WRITES = frozenset({"POST", "PUT", "PATCH", "DELETE"})
# What says beside a route, or in its handler, that it is open by intent or guarded by a signature.
_OPEN_BY_INTENT = lazy_pattern(
    r"public|anonymous|allow_?any|unauthenticated|\bguests?\b|visitor|any(?:body|one)|on purpose"
    r"|(?:no|without)(?: \w+)?[ _-](?:auth|account|login|sign|token|credential)"
    r"|\btoken\b|compare_digest|timingSafeEqual|signature|hmac|construct_?event",
    re.IGNORECASE,
)
# What a function is called that finds out by a password who somebody is.
_SIGNS_IN = lazy_pattern(
    r"^_?(?:a?authenticate\w*|a?verify\w*|a?check_?pass\w*|compare(?:Sync)?|log_?in\w*|sign_?in\w*"
    r"|validate_?(?:user|pass|cred)\w*|is_?(?:valid_?)?password\w*)$",
    re.IGNORECASE,
)
# What is called alike and is no try of a password: its strength, another proof, a change of it.
_NO_SIGN_IN = lazy_pattern(
    r"token|oauth|google|facebook|apple|github|webauthn|passkey|assertion|challenge|_response"
    r"|authenticationresponse|api_?key|captcha|csrf|signature|link|strength|policy"
    r"|format|rule|complex|length|reset|forgot|regist|sign_?up|(?:verify|check)_?e?mail",
    re.IGNORECASE,
)
_NO_LOGIN = lazy_pattern(
    r"regist|sign-?_?up|reset|forgot|recover|change|update|confirm|\bme\b|profile|settings|delete"
    r"|disable|enable|accept|invit|oauth|google|facebook|apple|github|saml|\bsso|callback|magic|link"
    r"|/(?:users|accounts|passwords?)/?(?:\s|$)",
    re.IGNORECASE,
)
_LOGIN_PATH = lazy_pattern(r"/(?:log|sign)-?in(?:/|$)", re.IGNORECASE)
_PASSWORD = lazy_pattern(r"passw(?:or)?d", re.IGNORECASE)
# Views of libraries that do nothing else.
_LOGIN_VIEWS = frozenset(
    "TokenObtainPairView ObtainAuthToken obtain_auth_token LoginView SignInView".split()
)
_LIMITERS = (
    *("ratelimit", "throttl", "slowapi", "bruteforce", "flood", "limitreq", "limitrps", "fail2ban"),
    *("ratebased", "httpreqrate"),
    *("lockedout", "accountlock", "lockoutduration", "lockouttime", "lockoutperiod", "lockeduntil"),
    *("lockuntil", "failedlogin", "failedattempt", "loginattemp"),
    *("maxattempt", "toomanyattempt", "toomanyrequest", "attemptsleft", "captchasecret"),
    *("captchatoken", "captcharesponse", "verifycaptcha", "checkcaptcha", "verifyrecaptcha"),
    *("turnstilesecret", "cfturnstile", "verifyturnstile", "checkturnstile"),
)
# Limiters, and what checks passwords elsewhere, or limits tries by itself.
_LIMITING_PACKAGE = lazy_pattern(
    r"limit|throttl|slowapi|slow-down|axes|brute|defender|arcjet|allauth|better-auth|supabase"
    r"|auth0|cognito|firebase|clerk|keycloak|workos|okta|stytch|supertokens",
    re.IGNORECASE,
)
_AT_MOST = 12


def cors_is_not_open_with_credentials(ground: Ground) -> Iterator[Observation]:
    """No origin of all is allowed together with credentials."""
    places = [
        Place(file, line(node))
        for file, root in ground.trees(_MAY_BE_CORS)
        if not _is_closed_elsewhere(ground, root) and not is_for_development(file)
        for node in _open_cors(root)
        if not trees.is_conditional(node)
    ]
    if places:
        yield Observation(
            "high",
            "security",
            "Every origin may send requests with the user's credentials",
            "CORS is open to all origins and allows credentials: where a cookie that is sent across"
            " sites says who is calling, any page that a signed-in user visits can call the API in"
            " the user's name and read what it answers.",
            "List the origins that may call, or do without credentials.",
            "hours",
            "A request with another Origin gets no Access-Control-Allow-Origin.",
            tuple(places[:_AT_MOST]),
        )


def _is_closed_elsewhere(ground: Ground, root: Node) -> bool:
    """Tell whether a file of settings is one that another closes, as that of production."""
    if _MAY_OPEN.search(root.text or b"") is None:
        return False
    return any(True for _ in ground.trees(_CLOSES))


_MAY_OPEN = lazy_pattern(rb"(?m)^CORS_(?:ALLOW_ALL_ORIGINS|ORIGIN_ALLOW_ALL)")
_CLOSES = lazy_pattern(
    rb"(?:CORS_ALLOW_ALL_ORIGINS|CORS_ORIGIN_ALLOW_ALL|CORS_ALLOW_CREDENTIALS)\s*=\s*(?!True)\S"
)
_MAY_BE_CORS = lazy_pattern(
    rb"allow_credentials|supports_credentials|CORS_ALLOW_CREDENTIALS|credentials[\"']?\s*:\s*true"
)
_OPEN_SETTINGS = ("CORS_ALLOW_ALL_ORIGINS", "CORS_ORIGIN_ALLOW_ALL")


def _open_cors(root: Node) -> Iterator[Node]:
    """Yield what opens it: Starlette and Flask-CORS name the caller where `*` is allowed.

    The middleware of JavaScript does so for `origin: true` alone; browsers refuse a literal `*`.
    """
    settings: dict[str, list[Node]] = defaultdict(list)
    for node in trees.nodes(root, ()):
        if node.type == "call":
            origins = trees.keyword(node, "allow_origins") or trees.keyword(node, "origins")
            allows = trees.keyword(node, "allow_credentials")
            allows = allows or trees.keyword(node, "supports_credentials")
            is_allowed = text(allows) == "True" and trees.keyword(node, "send_wildcard") is None
            if origins is not None and is_allowed and _is_any(origins):
                yield origins
        elif node.type == "object":
            yield from _open_options(node)
        elif node.type == "assignment":
            settings[text(node.child_by_field_name("left"))].append(node)
    if _is_set(settings["CORS_ALLOW_CREDENTIALS"]):
        yield from (settings[name][0] for name in _OPEN_SETTINGS if _is_set(settings[name]))


def _open_options(options: Node) -> Iterator[Node]:
    """Yield the origin of options for CORS that names every caller and allows credentials."""
    values = dict(trees.pairs(options))
    origin, allows = values.get("origin"), values.get("credentials")
    is_open = origin is not None and text(origin) == "true" == text(allows)
    if origin is not None and is_open and _is_for_cors(options):
        yield origin


def _is_set(assignments: list[Node]) -> bool:
    """Tell whether a setting is True in any case: assigned once, in no branch."""
    return len(assignments) == 1 and (
        text(assignments[0].child_by_field_name("right")) == "True"
        and not trees.is_conditional(assignments[0])
    )


def _is_for_cors(options: Node) -> bool:
    """Tell whether a call, key or variable around options says that they are for CORS."""
    outer = options.parent
    while outer is not None and outer.type not in trees.FUNCTIONS:
        labels = [outer.child_by_field_name(field) for field in ("key", "name", "function")]
        if outer.type == "arguments":
            labels += [one for one in outer.named_children if one.end_byte <= options.start_byte]
        if any("cors" in text(one)[-200:].lower() for one in labels if one is not None):
            return True
        outer = outer.parent
    return False


def _is_any(origins: Node) -> bool:
    listed = origins.named_children if origins.type in {"list", "tuple"} else [origins]
    return any(trees.literal(one) == "*" for one in listed)


def writes_ask_who_is_calling(ground: Ground) -> Iterator[Observation]:
    """An endpoint that writes asks who is calling where its siblings in the same file do."""
    by_file: dict[str, list[Endpoint]] = defaultdict(list)
    for endpoint in ground.survey.endpoints:
        by_file[endpoint.file].append(endpoint)
    beside = [pair for same in by_file.values() for pair in _open_beside_guarded(same)]
    handlers = ground.handlers(one for one, _ in beside)
    meant = {one for one, handler in handlers if _is_meant_open(ground, one, handler)}
    pairs = [pair for pair in beside if pair[0] not in meant]
    if pairs:
        names = ", ".join(f"{one.method} {one.path}" for one, _ in pairs[:3])
        more = f" and {len(pairs) - 3} more" if len(pairs) > 3 else ""
        guarded = pairs[0][1]
        shown = [Place(one.file, one.line) for one, _ in pairs[:_AT_MOST]]
        yield Observation(
            "high",
            "security",
            f"{names}{more} asks nobody who is calling",
            "Neither anything before the route nor its handler refuses a request"
            f" without credentials, unlike for its siblings, as {guarded.method} {guarded.path}.",
            "Guard it as its siblings are, or say beside the route why it is open.",
            "hours",
            "A request without credentials is answered with 401.",
            (*shown, *(Place(one.file, one.line) for one in guarded.guards[:1])),
        )


def _open_beside_guarded(endpoints: list[Endpoint]) -> list[tuple[Endpoint, Endpoint]]:
    """Return each open write of a file with a guarded sibling; one guard proves no habit."""
    guarded = [one for one in endpoints if one.access == "guarded"]
    writes = [one for one in guarded if one.method in _WRITES] or guarded
    open_ones = [
        one
        for one in endpoints
        if one.access == "open"
        and one.method in _WRITES
        and not _PUBLIC.search(f"{one.path} {one.handler}")
        and not _creates_account(one)
    ]
    return [(one, writes[0]) for one in open_ones] if len(guarded) >= len(open_ones) else []


def _is_meant_open(ground: Ground, endpoint: Endpoint, handler: Node | None) -> bool:
    """Tell whether words beside a route or in its handler say why it asks nobody."""
    if endpoint.framework.startswith("django") and ground.repository.has_word("AllowAny") is True:
        return True  # the view that says so is elsewhere
    source = ground.repository.source(endpoint.file)
    lines = source.lines if isinstance(source, Source) else ()
    first = endpoint.line - 1
    while first > 0 and lines[first - 1].lstrip().startswith(("#", "//", "*", "/*", "@")):
        first -= 1
    last = handler.end_point.row + 1 if handler is not None else endpoint.line
    return _OPEN_BY_INTENT.search("\n".join(lines[first:last])) is not None


def _creates_account(endpoint: Endpoint) -> bool:
    return endpoint.method == "POST" and bool(re.search(r"/(?:users|accounts)/?$", endpoint.path))


def logins_are_limited(ground: Ground) -> Iterator[Observation]:
    """Where one signs in, the number of tries is limited."""
    posted = [
        one
        for one in ground.survey.endpoints
        if one.method in {"POST", "ANY"} and one.access != "guarded"
    ]
    logins = [one for one, handler in ground.handlers(posted) if _is_login(one, handler)]
    if logins and not _limits(ground):
        yield Observation(
            "medium",
            "security",
            "Signing in can be tried without limit",
            "The repository has no rate limiter: passwords and codes can be guessed"
            " at full speed, unless something in front of the service limits them.",
            "Limit tries by account and by address, e.g. 5 a minute, and answer 429.",
            "days",
            "The sixth wrong try within a minute is answered with 429.",
            tuple(Place(one.file, one.line) for one in logins[:_AT_MOST]),
        )


def _is_login(endpoint: Endpoint, handler: Node | None) -> bool:
    """Tell whether a handler hands a password to what checks it; by names where it is elsewhere."""
    is_called_so = _LOGIN_PATH.search(endpoint.path) is not None
    name = endpoint.handler.rsplit(".", 1)[-1]
    if _NO_LOGIN.search(f"{endpoint.path} {name}"):
        return False
    if handler is None:
        views = {part.split("(")[0] for part in endpoint.handler.split(".")}
        return not views.isdisjoint(_LOGIN_VIEWS) or (is_called_so and _signs_in(name))
    return any(
        _signs_in(trees.last_name(call))
        and (is_called_so or any(_PASSWORD.search(text(one)) for one in trees.arguments(call)))
        and not _checks_form_alone(call)
        for call in trees.calls(handler, ())
    )


def _checks_form_alone(call: Node) -> bool:
    """Tell whether a password is checked against nothing that is stored: alone, or typed twice."""
    values = [text(one) for one in trees.arguments(call)]
    validates = re.match(r"(?:validate|is)_?\w*pass", trees.last_name(call), re.IGNORECASE)
    return (len(values) == 1 and validates is not None) or any(
        re.search(r"confirm|repeat|again", one, re.IGNORECASE) for one in values
    )


def _signs_in(name: str) -> bool:
    return _SIGNS_IN.match(name) is not None and _NO_SIGN_IN.search(name) is None


def _limits(ground: Ground) -> bool:
    """Tell whether anything limits how often one may try, or that may be: not all was searched."""
    packages = (one.name for one in ground.survey.dependencies if "package" in one.kind)
    if any(_LIMITING_PACKAGE.search(name) for name in packages):
        return True
    return ground.repository.has_word(*_LIMITERS, inside=True) is not False
