"""Reads a transcript as what its agent saw and ran, within bounds of its own.

A failing command is an
error whose text begins with its exit code; the code of one that did not fail is 0, except where
Claude Code takes another one, as that of `grep` without a match, for no failure.
"""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING, Any, NamedTuple

from sessions.patterns import lazy_pattern
from workers.clients import DEFAULT_CLIENT
from workers.integrations.transcripts.lines import messages_of
from workers.integrations.witness import searches
from workers.integrations.witness.commands import resolved, shown_by, simple_commands
from workers.integrations.witness.seen import NOTHING, Ran, Search, Seen, digests, is_below

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from workers.integrations.transcripts.messages import Message

SECONDS = 15.0
_LINES, _TEXTS = 2_000_000, 4_000_000
_KEPT_OUTPUT = 4_000  # characters of the end of a command's output
_DEPTH = 6
_GLOBS = 2_000
_PATH_KEYS = frozenset(
    "absolute_path displayPath file filePath file_path filename files notebook_path path paths"
    " relative_path uri".split()
)
_AGENTS = frozenset({"Agent", "Task"})
_NO_CONTENT = frozenset({"Glob", "LS"})
_EXIT = lazy_pattern(r"Exit code (\d{1,3})\b")
_NOT_THE_COMMANDS = lazy_pattern(
    r"timed out after|\binterrupted\b|\baborted\b|running in background"
)
# Their exit code says what they found; Claude Code calls it no failure.
_ANSWER_BY_CODE = frozenset("[ ack ag cmp diff egrep fgrep find git grep rg test".split())
# `app/x.py:12:`, `app/x.py-12-`, and the names that diffs and `head` put above what they show.
_SHOWN = lazy_pattern(r"(?:==> )?([^\s:]{1,500}?)(?::|-\d+-| <==)")
_HEADED = lazy_pattern(r"(?:\+\+\+ (?:[bwi]/)?|--- (?:[aiwc]/)?)(\S{1,500})")
_NAMED_ALONE = lazy_pattern(r"\S{1,500}")
_DIFFED = lazy_pattern(r"diff --git \S{1,500} [a-z]/(\S{1,500})")
_MENTION = lazy_pattern(r"@\"?([\w./-]{2,300})")
_OWN_MAP = lazy_pattern(r"\b(?:waggle|cli\.py)\b[^\n;|&]{0,300}\s(?:survey|--setup|--prefill)\b")


class _Call(NamedTuple):
    name: str
    fields: dict[str, Any]
    folder: str
    exit_code: int | None = None
    writes_code: bool = False  # the client writes exit codes down


def read_seen(
    transcript: Path,
    root: str,
    own: Sequence[str],
    session: str,
    *,
    client: str = DEFAULT_CLIENT,
    agent: str | None = None,
) -> Seen:
    """Return what a transcript shows of work below a root, NOTHING where it is not whole.

    It is not where its beginning is missing, or it is of another form or of another folder.

    `own` are the agent's two files: what they show is no sight of the code. What else stands
    below the `session` folder was written by this program, and counts as told.
    """
    witness = _Witness(root, own, session)
    until = time.monotonic() + SECONDS
    for message in messages_of(transcript, client, agent=agent):
        if message is None or time.monotonic() > until or not witness.take(message):
            return NOTHING
    return witness.seen()


class _Witness:
    """Takes a transcript line by line, and says what it shows."""

    def __init__(self, root: str, own: Sequence[str], session: str) -> None:
        self._root, self._session = root, session
        self._real = os.path.realpath(root)
        self._is_at_home = False
        self._own = tuple(path.rsplit("/", 1)[-1] for path in own)
        self._begun: bool | None = None
        self._has_written = self._has_called = self._delegated = False
        self._calls: dict[str, _Call] = {}
        self._paths: set[str] = set()
        self._folders: set[str] = set()
        self._globs: set[str] = set()
        self._texts: list[str] = []
        self._lines: set[int] = set()
        self._searches: list[tuple[Search, str]] = []
        self._commands: list[Ran] = []

    def seen(self) -> Seen:
        """Return all that was taken; nothing where no tool was called in a form that is known."""
        for call in list(self._calls.values()):  # what was cut off before it answered
            self._answered(call, "", failed=False, known=False)
        if not (self._begun and self._has_called and self._is_at_home):
            return NOTHING
        whole = (
            search._replace(
                cut=search.cut and file not in self._paths,
                folders=tuple(map(self._really, search.folders)),
            )
            for search, file in self._searches
        )
        return Seen(
            whole=True,
            paths=frozenset(map(self._really, self._paths)),
            folders=frozenset(map(self._really, self._folders)),
            globs=frozenset(map(self._really, self._globs)),
            texts="\n".join(self._texts)[:_TEXTS],
            lines=frozenset(self._lines),
            searches=tuple(whole),
            commands=tuple(self._commands),
            delegated=self._delegated,
        )

    def _really(self, path: str) -> str:
        """Return a path below the root as one below the folder that the root leads to."""
        return self._real + path[len(self._root) :] if is_below(path, self._root) else path

    def take(self, message: Message) -> bool:
        """Take a message; tells whether the transcript can still be whole."""
        if self._begun is None:
            self._begun = message.begins
        if not self._begun:
            return self._begun is None
        folder = message.folder
        folder = folder if folder and folder.startswith("/") else self._root
        here = self._really(folder)
        self._is_at_home |= is_below(here, self._real) or is_below(self._real, here)
        for block in message.blocks:
            if block.get("type") == "attachment":
                self._attached(block.get("attachment"), folder)
            else:
                self._block(block, folder, by_agent=message.by_agent)
        return True

    def _block(self, block: dict[str, Any], folder: str, *, by_agent: bool) -> None:
        kind = block.get("type")
        if kind == "tool_use" and isinstance(block.get("input"), dict):
            self._has_called = True
            self._calls[str(block.get("id"))] = _Call(
                str(block.get("name")), block["input"], folder
            )
        elif kind == "tool_result":
            call = self._calls.pop(str(block.get("tool_use_id")), None)
            text = "\n".join(_texts(block.get("content")))
            if call is not None and "exit_code" in block:
                call = call._replace(exit_code=block["exit_code"], writes_code=True)
            if call is not None:
                self._answered(call, text, failed=block.get("is_error") is True)
        elif kind == "text" and not by_agent:
            self._received(str(block.get("text")), folder)

    def _received(self, text: str, folder: str) -> None:
        """Take what a user, a hook or the program itself told the agent."""
        self._paths |= {resolved(match[1], folder) for match in _MENTION.finditer(text)}
        self._printed(text)

    def _attached(self, attachment: Any, folder: str) -> None:
        for path in _paths(attachment):
            self._paths.add(resolved(path, folder))
        for text in _texts(attachment):
            self._received(text, folder)

    def _printed(self, text: str) -> None:
        if len(self._lines) < _LINES:
            self._lines |= digests(text.splitlines())

    def _answered(self, call: _Call, text: str, *, failed: bool, known: bool = True) -> None:
        """Take a call of a tool with what it answered."""
        if call.name in _AGENTS:
            self._delegated = True
            self._tell(text)
            return
        named = [
            resolved(path.removeprefix("file://"), call.folder) for path in _paths(call.fields)
        ]
        command = call.fields.get("command", call.fields.get("cmd"))
        if isinstance(command, list):
            command = " ".join(map(str, command[-1:]))
        whole = f"{command} {' '.join(named)}"
        if any(name in whole for name in self._own):
            self._at_own_files(call, whole, text)
        elif _OWN_MAP.search(whole) or self._session in whole or call.name.endswith("__setup"):
            self._tell(text)
        elif call.name == "Grep":
            self._grepped(call, text)
        elif call.name not in _NO_CONTENT and not isinstance(command, str) and not failed:
            self._paths |= set(named)
            self._printed(text)
        if isinstance(command, str):
            self._ran(Ran(command, call.folder, None), call, text, failed=failed, known=known)

    def _at_own_files(self, call: _Call, whole: str, text: str) -> None:
        """Take a look at the report: what phase 1 drafted is told, what was written is not."""
        starts = whole.lstrip().startswith(("cat ", "head ", "sed -n"))
        is_read = call.name == "Read" or (starts and ">" not in whole)
        if is_read and not self._has_written:
            self._tell(text)
        self._has_written = self._has_written or not is_read

    def _tell(self, text: str) -> None:
        if sum(map(len, self._texts)) < _TEXTS:
            self._texts.append(text)
        self._printed(text)

    def _grepped(self, call: _Call, text: str) -> None:
        search = searches.of_tool(call.fields, call.folder, text)
        if search is not None:
            self._searches.append((search, searches.kept_in(text)))
            self._paths |= set(search.folders) if text.strip() else set()
        self._shown_in(text, call.folder, names=True)
        self._printed(text)

    def _ran(self, ran: Ran, call: _Call, text: str, *, failed: bool, known: bool) -> None:
        command, folder = ran.command, ran.folder
        code = _exit_code(call, command, text, failed=failed) if known else None
        self._commands.append(ran._replace(exit_code=code, output=text[-_KEPT_OUTPUT:]))
        if any(name in command for name in self._own):
            return
        self._showed(command, folder)
        made = list(searches.in_command(command, folder, text))
        self._searches += [(search, searches.kept_in(text)) for search in made]
        self._shown_in(text, folder, names=bool(made))
        self._printed(text)

    def _showed(self, command: str, folder: str) -> None:
        """Take what a command may have shown, by its words."""
        for pattern in shown_by(command, (folder, self._root)):
            bare = pattern.removesuffix("/**")
            if not any(sign in bare for sign in "*?["):
                (self._paths if bare == pattern else self._folders).add(bare)
            elif len(self._globs) < _GLOBS:
                self._globs.add(pattern)

    def _shown_in(self, text: str, folder: str, *, names: bool) -> None:
        """Take the files that an output says its lines are of; with `names` those named alone."""
        paths: set[str] = set()
        for line in text.splitlines():
            match = _DIFFED.match(line) or _HEADED.match(line) or _SHOWN.match(line)
            match = match or (_NAMED_ALONE.fullmatch(line) if names else None)
            if match:
                paths.add(match[match.lastindex or 0])
        for base in {folder, self._root}:
            self._paths |= {resolved(path, base) for path in paths}


def _texts(value: Any, depth: int = 0) -> Iterator[str]:
    """Yield the texts in a value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list) and depth < _DEPTH:
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _texts(inner, depth + 1)


def _paths(value: Any, depth: int = 0) -> Iterator[str]:
    """Yield the texts of a value that its keys call paths."""
    if not isinstance(value, dict | list) or depth >= _DEPTH:
        return
    if isinstance(value, list):
        for inner in value:
            yield from _paths(inner, depth + 1)
        return
    for key, inner in value.items():
        if key in _PATH_KEYS:
            texts = [inner] if isinstance(inner, str) else inner if isinstance(inner, list) else []
            yield from (text for text in texts if isinstance(text, str) and "\0" not in text)
        yield from _paths(inner, depth + 1)


def _exit_code(call: _Call, command: str, text: str, *, failed: bool) -> int | None:
    """Return how a command ended, None where that is not the command's own ending or not known."""
    if call.name != "Bash" or call.fields.get("run_in_background"):
        return None
    if call.writes_code:
        return None if _NOT_THE_COMMANDS.search(text[:500]) else call.exit_code
    match = _EXIT.match(text)
    if failed:
        return int(match[1]) if match and not _NOT_THE_COMMANDS.search(text[:500]) else None
    commands = simple_commands(command)
    if not commands or commands[-1].program in _ANSWER_BY_CODE:
        return None
    return None if _NOT_THE_COMMANDS.search(text[:500]) else 0
