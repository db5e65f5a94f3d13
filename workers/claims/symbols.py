"""Claims that nothing tests or uses a symbol: a search of all files that are read as text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sessions.errors import shown
from sessions.patterns import lazy_pattern
from workers.claims.claim import UNDECIDED, confirmed, place, refuted
from workers.claims.handlers import enclosing
from workers.delivery.delivery import problem
from workers.repository.file_kinds import is_test
from workers.repository.line_kinds import kinds_of_range
from workers.repository.repository import Refused
from workers.repository.source import Source

if TYPE_CHECKING:
    from workers.claims.claim import Claim, Verdict
    from workers.claims.ground import Ground

_FILES = 3000  # of a larger repository the answer is undecided
_PROSE = (".md", ".rst", ".lock", ".svg")  # data and templates may call a symbol by its name
_NAME = lazy_pattern(r"[A-Za-z_]\w{2,80}")
_DEFINES = (
    r"(?:def|func|fn|function|class|struct|interface|trait|enum|type|const|let|var|val|record|module)"
    r" (?:\([^)]{{0,80}}\) ?)?(?:self\.)?{name}\b"
    r"|(?:[\w>\]?]) {name} ?\([^;]{{0,300}}(?:\{{|=>|\)|,|:)$|[\w>\]?] {name} ?\([^;]{{0,300}} => "
)
# A comment or an import of a test names a symbol, and tests nothing.
_TELLS = lazy_pattern(
    r"\s*(?:#|//|/\*|\*|--|(?:from|import|use|using|require)\b|[^=]*=\s*require\()"
)
_QUOTED = lazy_pattern(r"'(?:[^'\\\n]|\\.)*'|\"(?:[^\"\\\n]|\\.)*\"|`[^`$\n]*`")
_EXPORTS = lazy_pattern(
    r"\s*(?:export\s*(?:\{|default\b)|(?:module\.)?exports\b|__all__\b|pub use\b)"
)
_NOT_BEFORE = lazy_pattern(r"(?:return|await|new|throw|yield|else|case|not|and|or|in|if|raise) $")


def decide_missing_test(ground: Ground, claim: Claim) -> Verdict:
    """No test names the symbol."""
    places = _places(ground, claim)
    if places is None or not any(_is_test(ground, file) for file in ground.repository.files):
        return UNDECIDED
    in_tests = [at for at in places if _is_test(ground, at[0])]
    if not in_tests:
        return confirmed(*places[0]) if places else UNDECIDED
    name = _last(claim)
    defining = [at for at in places if defines(_line(ground, *at), name)]
    if len(defining) > 1 or set(defining) & set(in_tests):
        return UNDECIDED  # it may be another one of its name that is tested
    tested = next((at for at in in_tests if _is_in_code(_line(ground, *at), name)), None)
    return _named(ground, claim, "a test names it", *tested) if tested else UNDECIDED


def _is_in_code(line: str, name: str) -> bool:
    """Tell whether a line of a test names a symbol, and not just in a title or another text."""
    bare = _QUOTED.sub("", line)
    return (
        not _TELLS.match(line) and re.search(rf"(?<!\w){re.escape(name)}(?!\w)", bare) is not None
    )


def _is_test(ground: Ground, file: str) -> bool:
    source = ground.repository.searched(file)
    text = "\n".join(source.lines) if isinstance(source, Source) else ""
    return is_test(file, text, ground.repository.test_folders)


def decide_unused(ground: Ground, claim: Claim) -> Verdict:
    """Nothing but its definition names the symbol; a name in a text may be how it is called."""
    places = _places(ground, claim)
    if not places:
        return UNDECIDED
    if len(places) == 1:
        return confirmed(*places[0])
    name = _last(claim)
    defining = [at for at in places if defines(_line(ground, *at), name)]
    if len(defining) != 1:
        return UNDECIDED  # which of several is meant is not known, nor what a line is without one
    used = [
        at
        for at in places
        if at not in defining and _is_code(ground, *at) and _is_use(ground, *at, name)
    ]
    return _named(ground, claim, "it is used", *used[0]) if used else UNDECIDED


def defines(line: str, name: str) -> bool:
    """Tell whether a line defines a symbol, by a keyword before it or a type before its call."""
    text = " ".join(line.split())
    match = re.search(_DEFINES.format(name=re.escape(name)), text)
    if match is None:
        return False
    return _NOT_BEFORE.search(text[: text.index(name, match.start())]) is None


def _is_code(ground: Ground, file: str, line: int) -> bool:
    source = ground.repository.searched(file)
    folders = ground.repository.test_folders
    kinds = kinds_of_range(source, line, line, folders) if isinstance(source, Source) else ()
    return bool(kinds) and set(kinds) <= {"code", "test"}


def _is_use(ground: Ground, file: str, line: int, name: str) -> bool:
    """Tell whether a line uses a symbol: it neither exports it nor stands in its own body."""
    text, source = _line(ground, file, line), ground.repository.searched(file)
    if _EXPORTS.match(text) or re.fullmatch(rf"\s*['\"]?{re.escape(name)}['\"]?,?\s*", text):
        return False
    return not (isinstance(source, Source) and name in enclosing(source, line, line))


def _named(ground: Ground, claim: Claim, what: str, file: str, line: int) -> Verdict:
    message = f"{shown(claim.subject, 80)}: {what} at `{place(file, line)}`"
    hint = "Remove the claim, and what the finding says of it."
    return refuted(problem("K21", message, hint, ground.place(claim)), file, line)


def _last(claim: Claim) -> str:
    return str(re.split(r"[.:#/>]+", claim.subject.removesuffix("()"))[-1])


def _places(ground: Ground, claim: Claim) -> list[tuple[str, int]] | None:
    """Return every line that names a symbol, None where not every file can be searched."""
    name = _last(claim)
    repository = ground.repository
    if not _NAME.fullmatch(name) or len(repository.files) > _FILES:
        return None
    if repository.has_word(name) is None:
        return None
    sources = {file: repository.searched(file) for file in repository.files}
    if any(isinstance(one, Refused) and one.reason != "not_text" for one in sources.values()):
        return None  # what cannot be read may name it
    word = re.compile(rf"(?<!\w){re.escape(name)}(?!\w)")
    return [
        (file, number)
        for file, source in sources.items()
        if isinstance(source, Source) and not file.lower().endswith(_PROSE)
        for number, line in enumerate(source.lines, 1)
        if name in line and word.search(line)
    ]


def _line(ground: Ground, file: str, number: int) -> str:
    source = ground.repository.searched(file)
    return source.lines[number - 1][:2000] if isinstance(source, Source) else ""
