"""Passwords that prose says are kept as they were typed, where the cited code hashes them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from sessions.patterns import lazy_pattern
from workers.claims.citations import cited_lines
from workers.claims.claim import place
from workers.claims.findings import seems_to_hash
from workers.claims.handlers import function_around
from workers.claims.named import noted_lines
from workers.delivery.delivery import problem, text_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from workers.claims.claim import Lines
    from workers.contract import Problem
    from workers.delivery.delivery import Delivery

_TOLD_OF = (
    r"(?:pass-?words?|passwd|passphrase|\bpwd\b|kennw(?:o|ö)rt|passw(?:o|ö)rt|mots? de passe"
    r"|contraseña|\bsenhas?\b|密码|密碼|パスワード|парол)"
)
_PLAIN = (
    r"(?:(?:plain|clear)[ -]?text|in the clear\b|(?:as|in) plain\b|unhashed|unsalted|un-hashed"
    r"|klartext|unverschlüsselt|ungehasht|en clair\b|texto (?:plano|claro|simples)|en claro\b"
    r"|in chiaro\b|明文|平文|открыт)"
)
_KEPT = (
    r"(?:stor(?:e|ed|es|ing|age)|sav(?:e|ed|es|ing)|kept|keep|persist|insert|written to|database"
    r"|\bdb\b|column|table\b|field|unhashed|speicher|datenbank|stock|enregistr|almacen|guarda"
    r"|salva|armazen|存|保存|хран)"
)
_UNHASHED = (
    r"(?:(?:not|never|n['\u2019]t|without|no|nicht|nie|ohne|sans|sin|sem|senza|pas)\b.{0,30}"
    r"\b(?:hash|gehasht|hach|bcrypt|argon)|unhashed|un-hashed|ungehasht|没有哈希|未哈希|ハッシュ化され(?:ず|て(?:い)?ない))"
)
_STATES = lazy_pattern(
    rf"(?=.*{_TOLD_OF})(?:(?=.*{_PLAIN})(?=.*{_KEPT})|(?=.*{_UNHASHED}))",
    re.IGNORECASE | re.DOTALL,
)
# What says the contrary, or speaks of another moment than that of keeping.
_DENIES = lazy_pattern(
    r"\b(?:not|never|no longer|rather than|instead of|nicht|nie|kein\w*|statt|pas|jamais|nunca|non"
    rf"|não)\b[^.;]{{0,40}}{_PLAIN}|\b(?:logs?|logged|logging|print\w*|sent|send\w*|transmit\w*"
    r"|e-?mail\w*|respon\w*|return\w*|http|url|query string|proto?kollier\w*|envoy\w*)\b",
    re.IGNORECASE,
)
_SENTENCES = lazy_pattern(r"(?<=[.!?。])\s*|\n")


def plain_passwords_are_not_hashed_there(delivery: Delivery) -> Iterator[Problem]:
    """Where passwords are said to be kept as plain text, the cited code calls no hash."""
    sections = dict(delivery.noted_findings)
    for name in ("findings", *delivery.profile.keys_of("security")):
        for pointer, entry in delivery.entries(name):
            section = sections.get(text_of(entry, "id")) if name == "findings" else None
            texts = [text_of(entry, key) for key in ("title", "security_feature", "description")]
            texts += [section.title, *(line.text for line in section.lines)] if section else []
            if text_of(entry, "status") == "proposed" or _is_typed(entry) or not _is_stated(texts):
                continue
            cited = (*cited_lines(delivery, entry), *noted_lines(delivery, section))
            at = next((line for lines in cited for line in _hashing(lines)), None)
            if at is not None:
                message = f"passwords are said to be kept as plain text, `{at}` calls a hash"
                hint = "Cite the line that keeps one as it was typed, or correct the statement."
                yield problem("K22", message, hint, delivery.in_json(pointer))


def _is_typed(entry: dict[str, Any]) -> bool:
    """Tell whether a typed claim says the same: it is decided by itself."""
    claims = entry.get("claims")
    rows = claims if isinstance(claims, list) else []
    return any(isinstance(row, dict) and row.get("kind") == "plain_password" for row in rows)


def _is_stated(texts: list[str]) -> bool:
    return any(
        _STATES.match(sentence) and not _DENIES.search(sentence)
        for text in texts
        for sentence in _SENTENCES.split(text[:20_000])
    )


def _hashing(lines: Lines) -> Iterator[str]:
    """Yield where cited lines, or the function that they lie in, call a password hash."""
    source, first, last = lines
    start, end = function_around(source, first, last)
    nearest = (*range(first, last + 1), *range(start, end + 1))
    yield from (
        place(source.path, at) for at in nearest if seems_to_hash(source.lines[at - 1][:2000])
    )
