"""Which lines only bring names in: imports, by family of languages.

A line that also does something is none: Go's `_ "net/http/pprof"` serves, JavaScript's
`import "./tracing"` and `require("./routes")(app)` run, PHP's `use` in a class takes a trait.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sessions.patterns import lazy_pattern

if TYPE_CHECKING:
    import re
    from collections.abc import Sequence

_LONGEST = 200  # lines of one import
# What stands between the first and the last line of an import: names, and a comment behind them.
_NAMES = lazy_pattern(r"[\s\w$,{}()*:.\\;-]*(?:(?://|#|/\*).*)?")


class _Form(NamedTuple):
    """How an import begins; where it may take several lines, how the last of them ends."""

    begins: re.Pattern[str]
    ends: re.Pattern[str] | None = None


def _line(pattern: str) -> _Form:
    return _Form(lazy_pattern(rf"(?:{pattern})\s*(?:(?://|#|--).*)?$"))


def _lines(begins: str, ends: str) -> _Form:
    return _Form(lazy_pattern(begins), lazy_pattern(ends))


_PYTHON = (
    _line(r"\s*import\s+[\w.]+(?:\s+as\s+\w+)?(?:\s*,\s*[\w.]+(?:\s+as\s+\w+)?){0,30}"),
    _line(r"\s*from\s+[\w.]+\s+import\s+(?:\*|[\w, ]+|\([\w, ]*\))"),
    _lines(r"\s*from\s+[\w.]+\s+import\s*\([^)]*$", r"[^()]*\)\s*(?:#.*)?$"),
    _lines(r"\s*from\s+[\w.]+\s+import\s[\w, ]*\\$", r"[\w, ]*$"),
)
_QUOTED = r"(?:'[^']*'|\"[^\"]*\"|`[^`]*`)"
_SCRIPT_END = rf"\bfrom\s*{_QUOTED}(?:\s*(?:with|assert)\s*\{{[^}}]*\}})?\s*;?\s*(?://.*)?$"
_SCRIPT = (
    _lines(r"\s*import\s+(?:type\s+)?[\w*{$]", _SCRIPT_END),
    _line(rf"\s*import\s+\w+\s*=\s*require\({_QUOTED}\)\s*;?"),
    _line(
        rf"\s*(?:const|let|var)\s+(?:\w+|\{{[\w\s,:$]*\}})\s*=\s*require\(\s*{_QUOTED}\s*\)"
        r"(?:\.\w+){0,3}\s*;?"
    ),
)
_JVM = (
    _line(r"\s*import\s+(?:static\s+)?[\w.*`]+(?:\.?\{[^}]*\})?(?:\s+as\s+\w+)?\s*;?"),
    _line(r"package\s+[\w.`]+\s*;?"),
)
_RUST = (
    _line(r"\s*use\s+[\w:*{}, ]+;"),
    _lines(r"\s*use\s+[\w:]+::\{[^;]*$", r"[^;]*;\s*(?://.*)?$"),
    _line(r"\s*extern\s+crate\s+\w+(?:\s+as\s+\w+)?;"),
)
_PHP = (
    _line(r"use\s+(?:function\s+|const\s+)?[\w\\]+(?:\s+as\s+\w+)?(?:\s*,\s*[\w\\]+){0,20}\s*;"),
    _line(r"use\s+(?:function\s+|const\s+)?[\w\\]+\\\{[\w\\, ]*\}\s*;"),
    _lines(r"use\s+(?:function\s+|const\s+)?[\w\\]+\\\{[\w\\, ]*$", r"\s*\}\s*;"),
    _line(r"namespace\s+[\w\\]+\s*;"),
)
_DOTNET = (
    _line(r"\s*(?:global\s+)?using\s+(?:static\s+)?(?:\w+\s*=\s*)?[\w.:]+(?:<[\w.,<>? ]+>)?\s*;"),
)
_ELIXIR = (
    _line(r"\s*(?:import|alias|require)\s+[A-Z][\w.]*(?:\.\{[\w., ]*\})?"
          r"(?:,\s*(?:only|except|as|warn):.*)?"),
    _lines(r"\s*alias\s+[A-Z][\w.]*\.\{[^}]*$", r"\s*\}\s*$"),
)  # fmt: skip
_FORMS: dict[str, tuple[_Form, ...]] = {
    **dict.fromkeys(("py", "pyi", "pyx"), _PYTHON),
    **dict.fromkeys("js mjs cjs jsx ts mts cts tsx vue svelte astro".split(), _SCRIPT),
    **dict.fromkeys("java kt kts scala sc groovy".split(), _JVM),
    "rs": _RUST,
    "php": _PHP,
    "cs": _DOTNET,
    "ex": _ELIXIR,
    "exs": _ELIXIR,
    "rb": (_line(r"\s*require(?:_relative)?[ (]\s*['\"][^'\"]*['\"]\)?"),),
    "swift": (_line(r"(?:@\w+\s+)?import\s+(?:\w+\s+)?[\w.]+"),),
    "dart": (_line(rf"import\s+{_QUOTED}(?:\s+(?:as|show|hide)\s+[\w, ]+)?;"),),
    **dict.fromkeys(("hs", "elm", "purs"), (_line(r"import\s+(?:qualified\s+)?[A-Z].*"),)),
    **dict.fromkeys(
        "c h cc cpp cxx hh hpp m mm".split(),
        (_line(r"\s*#\s*(?:include|import)\s+[<\"][^>\"]+[>\"]"),),
    ),
    **dict.fromkeys(("fs", "fsx", "ml"), (_line(r"\s*open\s+[A-Z][\w.]*"),)),
    "pl": (_line(r"\s*use\s+(?:strict|warnings|utf8|[A-Z][\w:]*)(?:\s+qw[(/][^)/]*[)/])?;"),),
    "pm": (_line(r"\s*use\s+(?:strict|warnings|utf8|[A-Z][\w:]*)(?:\s+qw[(/][^)/]*[)/])?;"),),
    "lua": (_line(rf"\s*local\s+\w+\s*=\s*require\s*\(?\s*{_QUOTED}\s*\)?"),),
    "proto": (_line(rf"import\s+(?:public\s+)?{_QUOTED}\s*;"),),
    "zig": (_line(rf"\s*const\s+\w+\s*=\s*@import\({_QUOTED}\)(?:\.\w+){{0,3}};"),),
}
_GO_BLOCK = lazy_pattern(r"import\s*\(\s*$")
_GO_LINE = lazy_pattern(
    r"(?:import\s+(?:[\w.]+\s+)?(?:\"[^\"]+\"|`[^`]+`)|package\s+\w+)\s*(?://.*)?$"
)
_GO_IN_BLOCK = lazy_pattern(r"\s*(?:[\w.]+\s+)?(?:\"[^\"]+\"|`[^`]+`)\s*(?://.*)?$")
_GO_EFFECT = lazy_pattern(r"\s*(?:import\s+)?_\s")


def imports_in(suffix: str, lines: Sequence[str]) -> frozenset[int]:
    """Return the positions of the lines that import and do nothing else."""
    if suffix == "go":
        return frozenset(_go_imports(lines))
    importing: set[int] = set()
    for form in _FORMS.get(suffix, ()):
        for position, line in enumerate(lines):
            if position not in importing and form.begins.match(line):
                importing.update(_extent(form, lines, position))
    return frozenset(importing)


def _extent(form: _Form, lines: Sequence[str], first: int) -> range:
    """Return the positions of an import's lines, none where its end is not seen."""
    if form.ends is None or form.ends.search(lines[first]):
        return range(first, first + 1)
    for position in range(first + 1, min(len(lines), first + _LONGEST)):
        if form.ends.search(lines[position]):
            return range(first, position + 1)
        if not _NAMES.fullmatch(lines[position]):
            break
    return range(0)


def _go_imports(lines: Sequence[str]) -> set[int]:
    importing: set[int] = set()
    inside = False
    for position, line in enumerate(lines):
        if inside:
            inside = not line.startswith(")")
            if inside and _GO_IN_BLOCK.match(line) and not _GO_EFFECT.match(line):
                importing.add(position)
            continue
        inside = _GO_BLOCK.match(line) is not None
        if inside or (_GO_LINE.match(line) and not _GO_EFFECT.match(line)):
            importing.add(position)
    return importing
