"""Typed claims of findings: what is missing, what is wrong at a line, what nothing tests or uses.

CLAIM_KINDS in `workers/deliverables/finding_claims.py` says which fields a kind has; a claim
without them is reported by the schema, and not judged.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Literal

from sessions.errors import shown
from sessions.patterns import lazy_pattern
from workers.claims import access, keys, manifests, symbols
from workers.claims.citations import cited_lines
from workers.claims.claim import UNDECIDED, Claim, confirmed, place, refuted
from workers.claims.declared_tables import column_of, keys_of, may_be_otherwise, tables_of
from workers.claims.partial import without_partial
from workers.delivery.delivery import problem
from workers.repository.source import Source, plain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from workers.claims.claim import Verdict
    from workers.claims.ground import Ground
    from workers.delivery.delivery import Delivery
    from workers.survey.found import Table

# Calls of libraries that hash passwords; what a function of the repository does is not known.
_HASHES = lazy_pattern(
    r"(?:bcrypt|argon2|scrypt|pbkdf2)\w{0,40}\s*(?:[.(]|::|->)|password_hash\s*\(|make_password\s*\("
    r"|generate_password_hash\s*\(|Hash::(?:make|check)|has_secure_password|password_verify\s*\("
    r"|check_password_hash\s*\(|PasswordHasher|passwordEncoder\s*\.|GenerateFromPassword"
    r"|encoder\.(?:encode|matches)\s*\(|VerifyHashedPassword|set_password\s*\("
    r"|pwd_context\.|CryptContext\s*\(",
    re.IGNORECASE,
)
_SAYS_HASH = lazy_pattern(
    r"(?:hash_?(?:pass|pw)|(?:pass\w{0,12}|pw)_?hash)\w{0,40}\s*\(", re.IGNORECASE
)
_STRING = lazy_pattern(r"\"[^\"\n]*\"|'[^'\n]*'|`[^`\n]*`")
_COMMENT = lazy_pattern(r"(?:#|//|/\*|--\s).*$")
_DEFINED_NAME = lazy_pattern(r"\b(?:def|func|fn|fun|function)\s+[\w.]+")
_FROM_OUTSIDE = lazy_pattern(
    r"(?:os\.environ(?:\.get)?|os\.getenv|process\.env|ENV\.fetch|ENV(?=\[)|os\.(?:Getenv|LookupEnv)"
    r"|getenv|env!|env::var|Environment\.GetEnvironmentVariable|System\.getenv"
    r"|Rails\.application\.credentials|\bconfig(?=\s*\(\s*['\"][A-Z_]+['\"]))"
    r"(?:\s*[\[(]\s*[\"'][\w.]{1,80}[\"']\s*[\])]|(?:\.\w{1,80})+|\b)"
    r"|@Value\(\s*\"\$\{[^:}]*\}\"",
)
# What gives a value where the environment has none.
_FALLBACK = lazy_pattern(r"\|\||\?\?|\?:|\bor\b|\belse\b|,|unwrap_or|orElse|getOrDefault|\[|\?.*:")
# The name of a secret that is given a literal; a path, an address or a variable's name is none.
_GIVEN = lazy_pattern(
    r"(?:secret(?:_?key)?|password|passwd|token|api_?key|private_?key)[\"'`]?\s*(?::=|=>|=(?!=)|:)\s*"
    r"[\"'`](?!/|https?:|(?-i:[A-Z0-9_]+[\"'`]))[^\"'`\s{}<>$]{4,}[\"'`]\s*[,;)}]?\s*$",
    re.IGNORECASE,
)
_LINE_CHARACTERS = 2000


def extract(delivery: Delivery) -> Iterator[Claim]:
    """Yield the typed claims of findings."""
    for pointer, finding in delivery.entries("findings"):
        rows = finding.get("claims")
        cited = tuple(cited_lines(delivery, finding))
        for position, row in enumerate(rows if isinstance(rows, list) else []):
            kind = row.get("kind") if isinstance(row, dict) else None
            if not isinstance(kind, str) or kind not in DECIDERS or not _has_fields(kind, row):
                continue
            says = {key: value for key, value in row.items() if key != "kind"}
            subject = str(
                says.get("table") or says.get("path") or says.get("name") or says.get("file")
            )
            where = f"{pointer}/claims/{position}"
            yield Claim(kind, subject, says, where, finding, cited, row)


def _has_fields(kind: str, row: dict[str, Any]) -> bool:
    from workers.deliverables.finding_claims import CLAIM_KINDS

    fields = next(entry.fields for name, entry in CLAIM_KINDS.items() if name == kind)
    forms: dict[str, type] = {"columns": list, "line": int}
    return all(isinstance(row.get(field), forms.get(field, str)) for field in fields)


def _undecided(ground: Ground, claim: Claim) -> Verdict:
    """No reader knows this for certain yet."""
    del ground, claim
    return UNDECIDED


def _of_table(
    says: Callable[[Table, list[str]], str | bool | None],
) -> Callable[[Ground, Claim], Verdict]:
    """Return the decider of something that a table is said to lack.

    `says` answers what the table has instead, True where it lacks it for certain, None where that
    is not known. Declarations that differ leave the claim undecided.
    """

    def decide(ground: Ground, claim: Claim) -> Verdict:
        columns = keys.index_columns(claim.row.get("columns", []))
        if columns is None and "columns" in claim.row:
            return UNDECIDED
        known = tables_of(ground, str(claim.row["table"]), claim.cited)
        answers = [_said_of(ground, says, table, columns or []) for table in known]
        if answers and all(answer is True for answer in answers):
            return confirmed(known[0].file, known[0].line)
        if not answers or not all(isinstance(answer, str) for answer in answers):
            return UNDECIDED
        if any(may_be_otherwise(table) for table in known):
            return UNDECIDED
        table = known[0]
        message = f"the table {shown(table.name, 60)} {answers[0]}"
        hint = "Remove the claim, and the finding if it says nothing else."
        hint = f"{hint} See `{place(table.file, table.line)}`."
        refutation = problem("K21", message, hint, ground.place(claim))
        return refuted(refutation, table.file, table.line)

    return decide


def _said_of(
    ground: Ground,
    says: Callable[[Table, list[str]], str | bool | None],
    table: Table,
    columns: list[str],
) -> str | bool | None:
    """Ask what a table lacks; an index on a part of its rows leaves that open."""
    rest, partial = without_partial(ground, table)
    answer = says(rest, columns)
    touched = {plain(name) for index in partial for name in index.columns}
    return None if answer is True and not touched.isdisjoint(columns) else answer


def _has_columns(table: Table, columns: list[str]) -> bool:
    return all(column_of(table, name) for name in columns)


def _lacks_index(table: Table, columns: list[str]) -> str | bool | None:
    if any(list(names[: len(columns)]) == columns for names, _ in keys_of(table)):
        return f"has a key on {shown(', '.join(columns), 80)}"
    return True if table.whole and _has_columns(table, columns) else None


def _lacks_unique(table: Table, columns: list[str]) -> str | bool | None:
    keyed = [set(names) for names, unique in keys_of(table) if unique]
    if set(columns) in keyed:
        return f"has a unique key on {shown(', '.join(columns), 80)}"
    if any(names < set(columns) for names in keyed):
        return None  # those of one are unique, so all of them are
    return True if table.whole and _has_columns(table, columns) else None


def _lacks_not_null(table: Table, columns: list[str]) -> str | bool | None:
    if not _has_columns(table, columns):
        return None
    facts = [column_of(table, name) for name in columns]
    strict = [column for column in facts if column and (column.primary_key or not column.nullable)]
    if any(column and column.nullable is None for column in facts):
        return None
    if len(strict) == len(facts):
        return f"declares {shown(', '.join(columns), 80)} NOT NULL"
    return None if strict else True


def _lacks_foreign_key(table: Table, columns: list[str]) -> str | bool | None:
    for key in table.foreign_keys:
        if [plain(name) for name in key.columns] == columns:
            return f"refers to {shown(key.table, 60)} with these columns"
    if any(set(columns) & set(map(plain, key.columns)) for key in table.foreign_keys):
        return None  # in part: by a key of more columns
    return True if table.whole and _has_columns(table, columns) else None


def _lacks_primary_key(table: Table, columns: list[str]) -> str | bool | None:
    del columns
    names = [column.name for column in table.columns if column.primary_key]
    if names:
        return f"has the primary key {shown(', '.join(names), 80)}"
    return True if table.whole and table.source == "sql" else None


def _at_line(ground: Ground, claim: Claim) -> str | None:
    """Return the text of the line that a claim names, None if there is none."""
    source = ground.repository.source(claim.row["file"])
    line = claim.row["line"]
    if not isinstance(source, Source) or not 1 <= line <= source.line_count:
        return None
    return str(source.lines[line - 1][:_LINE_CHARACTERS])


def _code_of(text: str) -> str:
    """Return a line without its comment, what stands in its strings, and the name it defines."""
    return _DEFINED_NAME.sub("", _COMMENT.sub("", _STRING.sub('""', text)))


def hashes_passwords(line: str) -> bool:
    """Tell whether a line of code calls what a library hashes passwords with."""
    return _HASHES.search(_code_of(line[:_LINE_CHARACTERS])) is not None


def seems_to_hash(line: str) -> bool:
    """Tell whether a line of code calls a function whose name says that it hashes passwords."""
    return hashes_passwords(line) or _SAYS_HASH.search(_code_of(line)) is not None


def _plain_password(ground: Ground, claim: Claim) -> Verdict:
    text = _at_line(ground, claim)
    if text is None or not hashes_passwords(text):
        return UNDECIDED
    message = "the line that is named for a plain password calls a password hash"
    return _contradicted(ground, claim, message)


def secret_on(line: str) -> Literal["outside", "literal"] | None:
    """Return where a line of code has a secret from: the environment, or it stands there."""
    rest = _FROM_OUTSIDE.sub("", line)
    if rest != line and not _STRING.search(rest) and not _FALLBACK.search(rest):
        return "outside"
    return "literal" if _GIVEN.search(_COMMENT.sub("", rest)) else None


def _secret_in_code(ground: Ground, claim: Claim) -> Verdict:
    text = _at_line(ground, claim)
    kept_in = secret_on(text) if text is not None else None
    if kept_in == "outside":
        message = "the line that is named for a secret reads it from the environment"
        return _contradicted(ground, claim, message)
    if kept_in == "literal":
        return confirmed(str(claim.row["file"]), claim.row["line"])
    return UNDECIDED


def _contradicted(ground: Ground, claim: Claim, message: str) -> Verdict:
    hint = "Name the line that shows it, or remove the claim and what the finding says of it."
    refutation = problem("K21", message, hint, ground.place(claim))
    return refuted(refutation, str(claim.row["file"]), claim.row["line"])


_UNDONE = lazy_pattern(
    r"\s*(?:async |public |export )*(?:def (?:downgrade|down)\b|function down\b|const down\b"
    r"|exports\.down\b|down\s?\()"
)
_DOES_NOTHING = lazy_pattern(
    r"\s*(?:(?:pass|end|\.\.\.|\"\"|None|super\b.*)|(?:raise|throw)\b.*"
    r"|return(?:\s+(?:None|null|nil|undefined|true|false|Promise\.resolve\(\s*\)))?"
    r"|(?:await\s+)?Promise\.resolve\(\s*\)"
    r"|(?:print|puts|say|echo|warn|console\.\w+|log(?:ger|ging)?\.\w+|Log::\w+)\b.*"
    r"|[)}\]{;\s]*)[\s;]*",
    re.IGNORECASE,
)
_DOCUMENTATION = lazy_pattern(r"\"\"\".*?\"\"\"|'{3}.*?'{3}|/\*.*?\*/", re.DOTALL)


def _irreversible_migration(ground: Ground, claim: Claim) -> Verdict:
    source = ground.repository.source(claim.row["file"])
    body = _undoing(source) if isinstance(source, Source) else None
    if body is None:
        return UNDECIDED
    if any(not _DOES_NOTHING.fullmatch(statement) for statement in _statements(body)):
        return _contradicted(ground, claim, "the file has a step that undoes the migration")
    return confirmed(str(claim.row["file"]), claim.row["line"])


def _statements(body: list[str]) -> Iterator[str]:
    """Yield the first line of each statement, without comments and what stands in strings."""
    depth = 0
    for line in _DOCUMENTATION.sub("", "\n".join(body)).split("\n"):
        code = _COMMENT.sub("", _STRING.sub('""', line))
        if depth <= 0:
            yield code
        depth += sum(code.count(sign) for sign in "([") - sum(code.count(sign) for sign in ")]")


def _undoing(source: Source) -> list[str] | None:
    """Return the lines of the function that undoes a migration, None without one."""
    lines = [line[:_LINE_CHARACTERS] for line in source.lines]
    start = next((at for at, line in enumerate(lines) if _UNDONE.match(line)), None)
    if start is None:
        return None
    indent = _indent(lines[start])
    rest = lines[start + 1 :]
    end = next(
        (at for at, line in enumerate(rest) if line.strip(" {") and _indent(line) <= indent),
        len(rest),
    )
    if end == 0 and not re.search(r"\{\s*\}", lines[start]):
        return None  # all of it is on one line
    return rest[:end]


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _stated_there(ground: Ground, claim: Claim) -> Verdict:
    text = _at_line(ground, claim)
    return (
        confirmed(str(claim.row["file"]), claim.row["line"]) if text and text.strip() else UNDECIDED
    )


DECIDERS: dict[str, Callable[[Ground, Claim], Verdict]] = {
    "missing_index": _of_table(_lacks_index),
    "missing_unique": _of_table(_lacks_unique),
    "missing_not_null": _of_table(_lacks_not_null),
    "missing_foreign_key": _of_table(_lacks_foreign_key),
    "missing_primary_key": _of_table(_lacks_primary_key),
    "missing_auth": access.decide_missing_auth,
    "missing_rate_limit": _undecided,
    "missing_validation": _undecided,
    "unbounded_list": _undecided,
    "n_plus_one": _undecided,
    "plain_password": _plain_password,
    "secret_in_code": _secret_in_code,
    "irreversible_migration": _irreversible_migration,
    "missing_test": symbols.decide_missing_test,
    "unused_code": symbols.decide_unused,
    "dependency": manifests.decide,
    "stated_there": _stated_there,
}
