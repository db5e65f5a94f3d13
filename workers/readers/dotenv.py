"""Files of environment variables: a name, a sign and a value on a line."""

from __future__ import annotations

from sessions.bounds import COMPOSE_BYTES
from sessions.patterns import lazy_pattern
from workers.readers.declared import Declared, Unread, Variable

FILES = lazy_pattern(
    r"(?:^|/)(?:\.env(?:[.-][\w.-]{1,60})?|[\w-]{1,60}\.env(?:\.[\w.-]{1,60})?|\.?envrc)$"
)
_LINE = lazy_pattern(r"\s*(?:export\s+)?([A-Za-z_][\w.]*)\s*=\s*(.*?)\s*$")


def read(file: str, text: str) -> Declared | None:
    """Return the variables of a file."""
    del file
    if len(text) > COMPOSE_BYTES:
        return Declared(".env", unread=(Unread(None, "it is too large", 1),))
    variables: list[Variable] = []
    unread: list[Unread] = []
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        match = _LINE.match(line[:4000])
        if match is None:
            unread.append(Unread("variables", "a line sets nothing", number))
            continue
        value = match[2].strip("\"'")
        variables.append(Variable(match[1], number, "env" if "$" in value else "literal", value))
    return Declared(".env", variables=tuple(variables), unread=tuple(unread[:1]))
