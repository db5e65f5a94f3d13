"""Secrets: what is assigned to a name of one, as a literal that nobody could have guessed."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from sessions.patterns import lazy_pattern
from workers.rules import trees
from workers.rules.ground import Observation, Place, is_for_development
from workers.survey.syntax import line, text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tree_sitter import Node

    from workers.rules.ground import Ground

_AT_MOST = 12
# Keys that show by their form whose they are.
_KEYS = (
    r"AKIA[0-9A-Z]{16}|-----BEGIN (?:RSA |EC |OPENSSH |DSA )?PRIVATE KEY-----"
    r"|gh[pousr]_[A-Za-z0-9]{36}|sk_live_[A-Za-z0-9]{20}|xox[baprs]-[A-Za-z0-9-]{20}"
)
_IS_KEY = lazy_pattern(_KEYS)
# A name of a secret, a sign and a literal: no other file is parsed.
_MAY_HOLD = lazy_pattern(
    rb"(?i)(?:secret|passw(?:or)?d|pwd|api_?key|(?:private|secret|access|signing|encryption)_?key"
    rb"|token)[\"']?\]?[ \t\n]{0,4}(?::|=|,|\|\||\?\?)[^\n\"']{0,60}[\"'][^\"'\s]{8,200}[\"']|"
    + _KEYS.encode()
)
_NAME = lazy_pattern(
    r"(?:secret|passw(?:or)?d|pwd|apikey|api key|secret key|private key|access key|signing key"
    r"|encryption key|auth token|access token|bot token|bearer token)$"
)
# Names of what is shown, compared or public.
_NO_NAME = lazy_pattern(
    r"\b(?:public|test|fake|mock|dummy|example|sample|placeholder|invalid|wrong|reset|forgot|old|new"
    r"|search|publishable|anon|browser|maps|confirm|expected|masked|redacted|schema|no|missing)\b"
)
# Values that say themselves that they are none.
_NO_SECRET = lazy_pattern(
    r"change|example|sample|your|xxx|test|dummy|placeholder|insecure|default|redacted|fake|mock"
    r"|synthetic|demo|todo|secret|password|passwd|12345678|^https?:|^/|^\$?\{|\$\{|\{\{|^<.*>$|^%"
    r"|\.(?:json|ya?ml|pem|txt|py|ts|js|com|org|io)$",
    re.IGNORECASE,
)
# Keys that are made to be shown, hashes, what is encrypted, where a store has it, patterns, ids,
# and the two values that the documentation of TOTP and of reCAPTCHA gives to everybody.
_OPEN_FORM = lazy_pattern(
    r"^(?:pk[_.]|phc_|\$2[abxy]?\$|\$?(?:argon2|pbkdf2|scrypt|bcrypt)|md5\$|sha\d{1,3}[$:-]|ENC\["
    r"|\{cipher\}|encrypted:|gAAAAA|(?:ssm|vault|op|arn|kms|ref\+\w+|secretref|sops|env|file):"
    r"|projects/|\^|[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$"
    r"|JBSWY3DPEHPK3PXP|6LeIxAcTAAAA)"
)
# What stands beside a key that every browser is given (Firebase, a search index).
_OPEN_BESIDE = frozenset({"authDomain", "messagingSenderId", "storageBucket", "indexName"})
_SAID_TO_BE_OPEN = lazy_pattern(
    r"\bnot\b[^.]{0,30}\bsecret|no secret|public|dummy|fake|example|safe to (?:commit|share)",
    re.IGNORECASE,
)
_SAID_TO_BE_NONE = lazy_pattern(
    r"example|sample|mock|fixture|faker|seed|story|stories|test|demo|doc|placeholder|schema",
    re.IGNORECASE,
)
_FOLDERS = frozenset(
    "examples example samples docs doc seeds seeders fixtures demo demos mocks stories sandbox"
    " templates cookbook e2e".split()
)
_READS = frozenset({"get", "getenv", "env", "config", "setdefault", "pop"})
_WORDS = lazy_pattern(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
_TOKEN = lazy_pattern(r"[A-Za-z0-9+/=$%*^&@!#()]+")
_LEAST_CHANGES = 4  # between small letters, capitals, digits and signs, in one token
_LEAST_BITS = 2.8  # of a character: "aaaa1111" has 1, 16 random hexadecimal digits some 3.3


def secrets_are_not_in_the_code(ground: Ground) -> Iterator[Observation]:
    """No key, password or token is in the code as a literal."""
    places = [
        Place(file, line(node))
        for file, root in ground.trees(_MAY_HOLD)
        if _FOLDERS.isdisjoint(file.lower().split("/")) and not is_for_development(file)
        for node in _secrets(root)
    ]
    if places:
        yield Observation(
            "high",
            "security",
            f"Secrets are in the code as literals ({len(places)})",
            "Whoever can read the repository, or any copy of its history, has them.",
            "Read them from the environment or a secret store, and replace the ones that were"
            " committed: removing a line does not take it out of the history.",
            "days",
            "The cited lines hold no literal, and the old values no longer work.",
            tuple(places[:_AT_MOST]),
        )


def _secrets(root: Node) -> Iterator[Node]:
    for node in trees.nodes(root, ()):
        value = trees.literal(node)
        if value is None or _OPEN_FORM.search(value) or _is_said_to_be_none(node):
            continue
        if _IS_KEY.search(value) and not _NO_SECRET.search(value):
            if _is_whole_key(value):
                yield node
        elif _is_secret_name(_named(node)) and looks_random(value) and not _is_open(node):
            yield node


def _is_open(value: Node) -> bool:
    """Tell whether a value is shown to everybody, as what stands around it says."""
    if _SAID_TO_BE_OPEN.search(trees.remarks(value)) or _is_of_enumeration(value):
        return True
    holder = value.parent.parent if value.parent is not None else None
    keys = {key for key, _ in trees.pairs(holder)} if holder is not None else set()
    return not keys.isdisjoint(_OPEN_BESIDE)


def _is_of_enumeration(value: Node) -> bool:
    if value.parent is not None and value.parent.type == "enum_assignment":
        return True
    owner = trees.above(value, trees.FUNCTIONS | {"class_definition"})
    bases = owner.child_by_field_name("superclasses") if owner is not None else None
    return bases is not None and "Enum" in text(bases)


def _is_whole_key(value: str) -> bool:
    """Tell whether a private key goes on after its first line: a header alone is searched for."""
    return not value.startswith("-----") or len(value) > 200


def _named(value: Node) -> str:
    """Return the name that a literal is given to, '' if it is given to none."""
    holder = value.parent
    if holder is None:
        return ""
    if holder.type == "binary_expression":  # process.env.SECRET || "..."
        is_default = text(holder.child_by_field_name("operator")) in {"||", "??"}
        return trees.last_name(holder.child_by_field_name("left")) if is_default else ""
    if holder.type in {"argument_list", "arguments"}:
        return _read_with_default(holder, value)
    for field in ("left", "name", "key"):
        target = holder.child_by_field_name(field)
        if target is not None and target != value:
            return trees.literal(target) or trees.last_name(target) or text(target)
    return ""


def _read_with_default(listed: Node, value: Node) -> str:
    """Return the name of what is read from the environment with a literal in its place."""
    arguments = [one for one in listed.named_children if one.type != "comment"]
    is_default = len(arguments) == 2 and arguments[1] == value
    if is_default and listed.parent is not None and trees.last_name(listed.parent) in _READS:
        return trees.literal(arguments[0]) or ""
    return ""


def _is_secret_name(name: str) -> bool:
    words = " ".join(_WORDS.findall(name)).lower()
    return bool(_NAME.search(words)) and not _NO_NAME.search(words)


def looks_random(value: str) -> bool:
    """Tell whether nobody wrote a text as words: letters, digits and signs change often in it."""
    if not 8 <= len(value) <= 200 or re.search(r"\s", value) or _NO_SECRET.search(value):
        return False
    if not (any(map(str.isdigit, value)) and any(map(str.isalpha, value))):
        return False
    token = max(_TOKEN.findall(value), key=len, default="")
    kinds = [0 if c.islower() else 1 if c.isupper() else 2 if c.isdigit() else 3 for c in token]
    changes = sum(one != other for one, other in pairwise(kinds))
    return len(token) >= 8 and changes >= _LEAST_CHANGES and _bits(token) >= _LEAST_BITS


def _bits(token: str) -> float:
    """Return the entropy of a character by how often each occurs (Shannon), in bits."""
    import math
    from collections import Counter

    shares = [count / len(token) for count in Counter(token).values()]
    return -sum(share * math.log2(share) for share in shares)


def _is_said_to_be_none(node: Node) -> bool:
    """Tell whether something around a literal calls it an example, or searches for it."""
    outer = node.parent
    for _ in range(8):
        if outer is None:
            return False
        label = outer.child_by_field_name("key") or outer.child_by_field_name("name")
        label = label or outer.child_by_field_name("function") or outer.child_by_field_name("left")
        if label is not None and label != node and _SAID_TO_BE_NONE.search(text(label)[:200]):
            return True
        outer = outer.parent
    return False
