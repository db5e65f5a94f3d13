"""Searches, as an agent makes them: what for, where, and whether all that was found was shown."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from sessions.patterns import lazy_pattern
from workers.integrations.witness.commands import resolved, simple_commands
from workers.integrations.witness.seen import Search

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from workers.integrations.witness.commands import Simple

_PROGRAMS = frozenset("ack ag egrep fgrep ggrep grep rg zgrep".split())
# Options with a value that is no path, by their letters: what follows them is skipped.
_VALUED = frozenset(
    "--after-context --before-context --color --colour --context --encoding --exclude --exclude-dir"
    " --file --max-columns --max-count --max-depth --sort --threads --type-not".split()
)
_VALUED_LETTERS = lazy_pattern(r"-[A-Za-z]*[ABCmfj]")
_PATTERN_LETTERS = lazy_pattern(r"-[A-Za-z]*e")
_TYPES = {
    "c": ("*.c", "*.h"),
    "cpp": ("*.cc", "*.cpp", "*.h", "*.hpp"),
    "go": ("*.go",),
    "java": ("*.java",),
    "js": ("*.js", "*.jsx", "*.mjs", "*.cjs", "*.vue"),
    "kotlin": ("*.kt", "*.kts"),
    "php": ("*.php",),
    "py": ("*.py", "*.pyi"),
    "python": ("*.py", "*.pyi"),
    "ruby": ("*.rb", "*.rake", "Gemfile", "Rakefile"),
    "rust": ("*.rs",),
    "ts": ("*.ts", "*.tsx", "*.mts", "*.cts"),
    "typescript": ("*.ts", "*.tsx", "*.mts", "*.cts"),
}
# What Claude Code writes where it left something out.
_CUT = lazy_pattern(
    r"\[Showing results with pagination = limit: \d+"
    r"|<persisted-output>|\bcharacters truncated\b|\boutput truncated\b|\(Results are truncated",
    re.IGNORECASE,
)
_WHERE_IT_IS = lazy_pattern(r"Full output saved to: (\S{1,1000})")
_GIVEN_LINES = lazy_pattern(r"-(?:n|-lines=)?\+?(\d{1,7})")


def cut_off(output: str) -> bool:
    """Tell whether a tool says that it left out a part of what it found."""
    return _CUT.search(output) is not None


def kept_in(output: str) -> str:
    """Return the file in which all of an output is, empty where there is none."""
    match = _WHERE_IT_IS.search(output)
    return match[1] if match else ""


def of_tool(fields: dict[str, Any], folder: str, output: str) -> Search | None:
    """Return the search of the tool Grep; one that was paged on purpose is no whole one."""
    pattern = fields.get("pattern")
    if not isinstance(pattern, str):
        return None
    path, glob, kind = (fields.get(name) for name in ("path", "glob", "type"))
    where = resolved(path, folder) if isinstance(path, str) else folder
    names: tuple[str, ...] = ()
    if isinstance(glob, str):
        names = tuple(_globs(glob))
    elif isinstance(kind, str):
        names = _TYPES.get(kind, ())
    return Search(pattern, (where,), names, cut_off(output) or bool(fields.get("offset")))


def _globs(glob: str) -> Iterator[str]:
    """Yield the globs of an argument, those in braces written out."""
    braces = re.fullmatch(r"([^{}]*)\{([^{}]*)\}([^{}]*)", glob)
    if braces:
        yield from (f"{braces[1]}{part}{braces[3]}" for part in braces[2].split(","))
    else:
        yield from (part for part in re.split(r"[\s,]+", glob) if part)


def in_command(command: str, folder: str, output: str) -> Iterator[Search]:
    """Yield the searches of a shell command that names where it searches, or searches below."""
    commands = simple_commands(command)
    base = folder
    for number, simple in enumerate(commands):
        words = simple.words
        if simple.program in {"cd", "pushd"} and len(words) > 1:
            base = resolved(words[1], base)
        if simple.program == "git" and "grep" in words:
            words = words[words.index("grep") :]
        elif simple.program not in _PROGRAMS:
            continue
        below = simple.program in {"ack", "ag", "git", "rg"} or _is_recursive(words)
        search = _search(words, base, below=below and not simple.before.endswith("|"))
        if search is not None:
            cut = cut_off(output) or _is_headed(commands[number + 1 :], output)
            yield search._replace(cut=cut)


def _search(words: Sequence[str], base: str, *, below: bool) -> Search | None:
    """Return the search of a program's words, None for one that reads its standard input.

    `below` is whether it searches where it is when it is told no place.
    """
    patterns: list[str] = []
    rest: list[str] = []
    names: list[str] = []
    at = 1
    while at < len(words):
        word, following = words[at], "".join(words[at + 1 : at + 2])
        option, equals, value = word.partition("=")
        at += 1
        if word == "--regexp" or _PATTERN_LETTERS.fullmatch(word):
            patterns.append(following)
            at += 1
        elif option in {"--include", "--glob", "--iglob", "-g", "--type", "-t"}:
            names += _named(option, value if equals else following)
            at += not equals
        elif word in _VALUED or _VALUED_LETTERS.fullmatch(word):
            at += 1
        elif not word.startswith("-"):
            rest.append(word)
    if not patterns and rest:
        patterns.append(rest.pop(0))
    if not patterns or not (rest or below):
        return None
    folders = tuple(resolved(path, base) for path in rest) or (base,)
    return Search("\n".join(patterns), folders, tuple(names))


def _is_recursive(words: Sequence[str]) -> bool:
    return any(
        word in {"--recursive", "--dereference-recursive"}
        or (re.fullmatch(r"-[A-Za-z]+", word) and set(word) & set("rR"))
        for word in words
    )


def _named(option: str, value: str) -> Iterator[str]:
    if option in {"--type", "-t"}:
        yield from _TYPES.get(value, ("*",))
    elif not value.startswith("!"):
        yield from _globs(value)


def _is_headed(following: Sequence[Simple], output: str) -> bool:
    """Tell whether what a search found went through `head` or `tail`, and as much came out."""
    for simple in following:
        if not simple.before.endswith("|"):
            return False
        if simple.program in {"head", "tail"}:
            numbers = [_GIVEN_LINES.fullmatch(word) for word in simple.words[1:]]
            plain = [word for word in simple.words[1:] if word.isdigit()]
            asked = [int(match[1]) for match in numbers if match] + [int(word) for word in plain]
            return len(output.strip().splitlines()) >= (asked[0] if asked else 10)
    return False
