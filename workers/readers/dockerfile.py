"""Dockerfiles: the stages, what each sets, and what it has of those below it.

By the reference of the format, docs.docker.com/reference/dockerfile.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from sessions.bounds import COMPOSE_BYTES
from sessions.patterns import lazy_pattern
from workers.readers.declared import Container, Declared, Origin, Unread, Variable
from workers.readers.documents import is_template

if TYPE_CHECKING:
    from collections.abc import Iterator

# `Dockerfile.dev`, `app.Dockerfile`, `Containerfile-3.12`; no code or text that is called so.
FILES = lazy_pattern(
    r"(?:^|/)(?:[\w.-]{1,80}[.-])?(?:dockerfile|containerfile)"
    r"(?:[._-](?!(?:[\w.-]{0,80}\.)?(?:dockerignore|md|txt|rst|[cm]?[jt]sx?|py|go|rs|rb|java|kt|cs|php"
    r"|json|ya?ml|toml|sh|snap|html|svg|png|lua|vim|tmLanguage)$)[\w.-]{1,80})?$",
    re.IGNORECASE,
)
_KNOWN = frozenset(
    "FROM RUN CMD LABEL MAINTAINER EXPOSE ENV ADD COPY ENTRYPOINT VOLUME USER WORKDIR ARG ONBUILD"
    " STOPSIGNAL HEALTHCHECK SHELL".split()
)
_DIRECTIVE = lazy_pattern(r"#\s*(\w+)\s*=\s*(\S+)")
_INSTRUCTION = lazy_pattern(r"\s*([A-Za-z]+)(?:\s+(.*))?$", re.DOTALL)
_HEREDOC = lazy_pattern(r"<<(-?)([\"']?)([A-Za-z_][\w.]*)\2")
_FLAG = lazy_pattern(r"\s*--[\w-]+(?:=\S*)?\s*")
_COPIED_FROM = lazy_pattern(r"--from=(\S+)")
_VARIABLE = lazy_pattern(
    r"\\?\$(?:([A-Za-z_]\w*)|\{([A-Za-z_]\w*)(?:(:?[-+])([^{}]*))?\}|\{[^}]*\}?)"
)
_NAME = lazy_pattern(r"[A-Za-z_][\w.-]*")
_PORTS = lazy_pattern(r"(\d{1,5})(?:-(\d{1,5}))?(?:/(?:tcp|udp|sctp))?", re.IGNORECASE)
_MOST_PORTS = 1000


class Instruction(NamedTuple):
    """An instruction: its name in capitals, what follows it, its first and last line."""

    name: str
    rest: str
    line: int
    last: int


@dataclass
class _Stage:
    """A stage as far as it was read; what it has of the stage below is in it from its start."""

    owner: str
    image: str
    line: int
    last: int
    user: str | None = None
    healthcheck: bool = False
    ports: set[int] = field(default_factory=set)
    values: dict[str, str | None] = field(default_factory=dict)


def read(file: str, text: str) -> Declared | None:
    """Return the stages and variables of a Dockerfile."""
    if len(text) > COMPOSE_BYTES:
        reason = f"it is larger than {COMPOSE_BYTES:,} characters"
        return Declared("Dockerfile", unread=(Unread(None, reason, 1),))
    if is_template(re.sub(r"\{\{\s*\.[^{}]*\}\}", "", text)) or file.endswith(
        (".j2", ".tmpl", ".tpl")
    ):
        return Declared("Dockerfile", unread=(Unread(None, "it is a template", 1),))
    lines = text.split("\n")
    reader = _Reader(lines)
    for instruction in instructions(lines):
        reader.take(instruction)
    if not reader.stages:
        reader.unread.append(Unread(None, "it has no FROM", 1))
    return Declared(
        "Dockerfile",
        containers=(
            *(_container(stage) for stage in reader.stages),
            *reader.copied,
        ),
        variables=tuple(reader.variables),
        unread=tuple(reader.unread),
    )


def instructions(lines: list[str]) -> Iterator[Instruction]:
    """Yield the instructions of a Dockerfile; heredocs belong to theirs."""
    escape = _escape(lines)
    at = 0
    while at < len(lines):
        first, text = at, ""
        while at < len(lines):
            line = lines[at].rstrip("\r")
            at += 1
            stripped = line.strip()
            if stripped.startswith("#") or (text and not stripped):
                if text:
                    continue
                break
            body = line.rstrip()
            if not body.endswith(escape) or body.endswith(escape * 2):
                text += line
                break
            text += body[:-1] + " "
        match = _INSTRUCTION.match(text)
        if match is None and text.strip():
            yield Instruction(text.split()[0], "", first + 1, at)  # of no known form
        if match is None:
            continue
        name, rest = match[1].upper(), match[2] or ""
        if name in {"RUN", "COPY", "ADD"}:
            at = _behind_heredocs(lines, at, rest)
        yield Instruction(name, rest.strip(), first + 1, at)


def _escape(lines: list[str]) -> str:
    for line in lines:
        match = _DIRECTIVE.match(line.strip())
        if match is None:
            break
        if match[1].lower() == "escape" and match[2] == "`":
            return "`"
    return "\\"


def _behind_heredocs(lines: list[str], at: int, rest: str) -> int:
    """Return the line after the heredocs that an instruction opens; one without an end is none."""
    for dash, _, mark in _HEREDOC.findall(rest):
        for end in range(at, len(lines)):
            line = lines[end].rstrip("\r")
            if (line.lstrip("\t") if dash else line) == mark:
                at = end + 1
                break
    return at


def _container(stage: _Stage) -> Container:
    return Container(
        stage.owner,
        stage.image,
        stage.line,
        stage.last,
        stage.user,
        stage.healthcheck,
        frozenset(stage.ports),
    )


class _Reader:
    """Takes the instructions in their order."""

    def __init__(self, lines: list[str]) -> None:
        self.lines = lines
        self.stages: list[_Stage] = []
        self.variables: list[Variable] = []
        self.unread: list[Unread] = []
        self.copied: list[Container] = []
        self.arguments: dict[str, str | None] = {}  # those before the first FROM

    def take(self, instruction: Instruction) -> None:
        """Take one instruction."""
        name, line = instruction.name, instruction.line
        if name == "FROM":
            self._from(instruction)
            return
        if name not in _KNOWN:
            self.unread.append(Unread(None, f"{name[:40]} is no instruction of Docker", line))
            return
        if name == "ARG":
            self._arguments(instruction)
            return
        if not self.stages:
            self.unread.append(Unread(None, "an instruction is before the first FROM", line))
            return
        stage = self.stages[-1]
        stage.last = instruction.last
        self._within(stage, instruction)

    def _within(self, stage: _Stage, instruction: Instruction) -> None:
        name, rest, line = instruction.name, instruction.rest, instruction.line
        if name == "USER":
            stage.user = self._filled(rest.split("#")[0].strip(), stage.values)
            if stage.user is None:
                stage.user = rest.strip()
                self.unread.append(Unread("containers", "the user is computed", line))
        elif name == "HEALTHCHECK":
            stage.healthcheck = _FLAG.sub("", rest).strip().upper() != "NONE"
        elif name == "EXPOSE":
            self._expose(stage, instruction)
        elif name == "ENV":
            self._environment(stage, instruction)
        elif name == "COPY" and "--from=" in rest:
            self._copied(stage, instruction)
        elif name == "ONBUILD":
            self.unread.append(Unread("containers", "ONBUILD acts on other files", line))

    def _copied(self, stage: _Stage, instruction: Instruction) -> None:
        """Take the image that files are copied from, where it is no stage of this file."""
        match = _COPIED_FROM.search(instruction.rest)
        source = match[1] if match else ""
        is_stage = source.isdigit() or any(s.owner.lower() == source.lower() for s in self.stages)
        if not source or is_stage:
            return
        image = self._filled(source, {**self.arguments, **stage.values})
        if image is None:
            self.unread.append(Unread("containers", "an image is computed", instruction.line))
        else:
            self.copied.append(
                Container("", image, instruction.line, instruction.last, whole=False)
            )

    def _from(self, instruction: Instruction) -> None:
        words = _FLAG.sub(" ", instruction.rest).split()
        if not words:
            self.unread.append(Unread(None, "FROM names no image", instruction.line))
            return
        owner = words[2] if len(words) >= 3 and words[1].upper() == "AS" else ""
        below = next(
            (s for s in reversed(self.stages) if s.owner and s.owner.lower() == words[0].lower()),
            None,
        )
        image = self._filled(words[0], self.arguments)
        if image is None:
            self.unread.append(Unread("containers", "the image is computed", instruction.line))
        stage = _Stage(owner, image or words[0], instruction.line, instruction.last)
        if below is not None:
            stage.image = below.image
            stage.user, stage.healthcheck = below.user, below.healthcheck
            stage.ports, stage.values = set(below.ports), dict(below.values)
        self.stages.append(stage)

    def _arguments(self, instruction: Instruction) -> None:
        values = self.stages[-1].values if self.stages else self.arguments
        for word in _words(instruction.rest):
            name, sign, default = word.partition("=")
            if not sign and self.stages and name in self.arguments:
                values[name] = self.arguments[name]
            else:
                values[name] = self._filled(_bare(default), values) if sign else None
            origin: Origin = "literal" if sign else "env"
            self.variables.append(
                Variable(name, instruction.line, origin, _bare(default), default=bool(sign))
            )

    def _environment(self, stage: _Stage, instruction: Instruction) -> None:
        rest = instruction.rest
        words = (word.partition("=") for word in _words(rest))
        pairs = [(name, value) for name, sign, value in words if sign and _NAME.fullmatch(name)]
        first = rest.split(None, 1)
        if not pairs or "=" not in first[0]:  # the old form: one name, the rest of the line
            pairs = [(first[0], first[1])] if len(first) == 2 else []
        if not pairs:
            self.unread.append(Unread("variables", "ENV sets nothing", instruction.line))
        for name, value in pairs:
            filled = self._filled(_bare(value), stage.values)
            stage.values[name] = filled
            line = self._line_of(name, instruction)
            origin: Origin = "env" if "$" in value else "literal"
            self.variables.append(Variable(name, line, origin, _bare(value)))

    def _line_of(self, name: str, instruction: Instruction) -> int:
        """Return the line of an instruction on which a name stands."""
        for number in range(instruction.line, instruction.last + 1):
            if re.search(rf"(?<![\w.-]){re.escape(name)}(?![\w-])", self.lines[number - 1]):
                return number
        return instruction.line

    def _expose(self, stage: _Stage, instruction: Instruction) -> None:
        for word in instruction.rest.split("#")[0].split():
            filled = self._filled(word, {**self.arguments, **stage.values})
            match = _PORTS.fullmatch(filled or "")
            if match is None:
                self.unread.append(Unread("containers", "a port is computed", instruction.line))
                continue
            first, last = int(match[1]), int(match[2] or match[1])
            stage.ports |= set(range(first, min(last, first + _MOST_PORTS) + 1))

    def _filled(self, text: str, values: dict[str, str | None]) -> str | None:
        """Return a text with its variables put in, by their defaults; None where one has none."""
        is_known = True

        def put(match: re.Match[str]) -> str:
            nonlocal is_known
            name, sign, other = match[1] or match[2], match[3] or "", match[4] or ""
            value = values.get(name) if name else None
            if sign.endswith("+"):
                is_known = False  # depends on whether it is set
                return ""
            if value is None or (value == "" and sign == ":-"):
                is_known = is_known and bool(sign)
                return other
            return value

        if "\\$" in text:
            return None
        filled = _VARIABLE.sub(put, text)
        return filled if is_known and "$" not in filled else None


def _words(text: str) -> list[str]:
    """Return the words of a text as a shell has them, their quotes kept."""
    words: list[str] = []
    word, quote, is_escaped = "", "", False
    for sign in text:
        if is_escaped or (quote and sign != quote) or sign in "\"'":
            if not is_escaped and sign in "\"'":
                quote = "" if quote == sign else quote or sign
            is_escaped = not is_escaped and sign == "\\" and quote != "'"
            word += sign
        elif sign.isspace():
            words += [word] if word else []
            word = ""
        else:
            is_escaped = sign == "\\"
            word += sign
    return [*words, word] if word else words


def _bare(value: str) -> str:
    """Return a value without the quotes around it."""
    value = value.strip()
    if len(value) >= 2 and value[0] == value[-1] and value[0] in "\"'":
        return value[1:-1]
    return value
