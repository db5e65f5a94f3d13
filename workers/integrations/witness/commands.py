"""What a shell command may show of files, and which programs it runs, without running a shell.

A command is read as loosely as a doubt requires: what it may have shown counts as shown.
"""

from __future__ import annotations

import os
import re
import shlex
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from sessions.bounds import COMMAND_CHARACTERS
from sessions.patterns import lazy_pattern

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_WORDS = 5_000  # of a command at most
_ALTERNATIVES = 64
_TAKEN_APART = 20_000  # characters; what is longer writes a file
# Programs that show names, sizes or nothing of the files that they are given.
_QUIET = frozenset(
    "[ basename cd chmod chown dirname du echo fd file find ls mkdir printf pwd readlink realpath"
    " rm stat test touch tree true wc which".split()
)
_QUIET_GIT = frozenset(
    "add branch checkout clean commit config fetch init ls-files ls-tree merge mv pull push rebase"
    " remote reset restore rev-parse rm stash status switch tag worktree".split()
)
# What gives the names that it finds to another program.
_HANDING_ON = lazy_pattern(r"\bxargs\b|\s-exec\b|\bparallel\b|\b(?:for|while)\s|\bfd\b.*\s-[xX]\b")
_WORD = lazy_pattern(r"[^\s'\"`;|&<>()=:]+")
_VARIABLE = lazy_pattern(r"\$\{?\w+\}?/")
_BRACES = lazy_pattern(r"\{([^{}]*,[^{}]*)\}")
_ASSIGNMENT = lazy_pattern(r"[A-Za-z_]\w*=")
_PYTHON = lazy_pattern(r"(?:python|pypy)[0-9.]*")
_WRAPPERS = frozenset("command env exec nice nohup stdbuf sudo time timeout".split())
_RUNNERS = (("uv", "run"), ("poetry", "run"), ("pipenv", "run"), ("pdm", "run"), ("hatch", "run"))
_OPERATOR = frozenset("();<>|&\n")


class Simple(NamedTuple):
    """A simple command: its words, and the operators before and after it, empty at the ends."""

    words: tuple[str, ...]
    before: str = ""
    after: str = ""

    @property
    def program(self) -> str:
        """The name of the program, without its folder."""
        return self.words[0].rsplit("/", 1)[-1] if self.words else ""


@lru_cache(maxsize=2048)
def simple_commands(command: str) -> tuple[Simple, ...]:
    """Return the simple commands of a line in order; none where it cannot be taken apart."""
    if len(command) > _TAKEN_APART:
        return ()
    reader = shlex.shlex(command, posix=True, punctuation_chars="();<>|&\n")
    reader.whitespace, reader.whitespace_split, reader.commenters = " \t\r", True, ""
    try:
        words = list(reader)
    except ValueError:  # a quotation that is never closed
        return ()
    commands: list[Simple] = []
    current: list[str] = []
    before, skip = "", False
    for word in words[:_WORDS]:
        if skip:  # where something is redirected to
            skip = False
        elif not word or not set(word) <= _OPERATOR:
            current.append(word)
        elif set(word) & set("<>"):
            skip = True
            if current and current[-1].isdigit():
                current.pop()
        else:
            if current:
                commands.append(Simple(tuple(_bare(current)), before, word))
            before, current = word if current else before + word, []
    if current:
        commands.append(Simple(tuple(_bare(current)), before))
    return tuple(one for one in commands if one.words)


def _bare(words: Sequence[str]) -> list[str]:
    """Return words without assignments and programs that only start another one."""
    rest = list(words)
    while rest:
        if _ASSIGNMENT.match(rest[0]):
            del rest[0]
        elif rest[0] in _WRAPPERS:
            del rest[0]
            while rest and (rest[0].startswith("-") or re.fullmatch(r"[0-9.]+[smhd]?", rest[0])):
                del rest[0]
        elif tuple(rest[:2]) in _RUNNERS:
            del rest[:2]
        else:
            break
    return rest


def alike(words: Sequence[str], root: str) -> tuple[str, ...]:
    """Return the words of a command as they are compared: `.venv/bin/python -m x` is `x`."""
    rest = [word.removeprefix(f"{root}/").removeprefix("./") for word in _bare(words)]
    if rest:
        rest[0] = rest[0].rsplit("/", 1)[-1]
        if _PYTHON.fullmatch(rest[0]):
            rest[0] = "python"
            if rest[1:2] == ["-m"]:
                del rest[:2]
    return tuple(rest)


def resolved(path: str, base: str) -> str:
    """Return a path as an absolute one, without looking at the disk."""
    return os.path.normpath(os.path.join(base, path))


def bases_of(command: str, folder: str) -> tuple[str, ...]:
    """Return the folders in which a part of a command may be run, where it was started first."""
    bases = [folder]
    for simple in simple_commands(command):
        for word, following in zip(simple.words, simple.words[1:], strict=False):
            if word in {"cd", "pushd", "-C", "--directory", "--cwd"}:
                bases.append(resolved(following, bases[-1]))
    return tuple(dict.fromkeys(bases))


def shown_by(command: str, folders: Sequence[str]) -> Iterator[str]:
    """Yield the absolute paths and globs that a command may have shown, `/**` below folders.

    `folders` are those from which its words may be meant: where it was run, and the root.
    """
    command = command[:COMMAND_CHARACTERS]
    hands_on = _HANDING_ON.search(command) is not None
    if not hands_on and _shows_nothing(command):
        return
    bases = dict.fromkeys(base for folder in folders for base in bases_of(command, folder))
    words = list(dict.fromkeys(_WORD.findall(command)))[:_WORDS]
    for word in words:
        for alternative in _alternatives(_VARIABLE.sub("", word, count=1)):
            paths = [resolved(alternative, base) for base in bases]
            yield from paths
            yield from (f"{path}/**" for path in paths if hands_on)
    if hands_on and any(map(_begins_here, simple_commands(command))):
        yield from (f"{base}/**" for base in bases)


def _begins_here(simple: Simple) -> bool:
    """Tell whether a command finds files below the folder that it is run in."""
    if simple.program == "git":
        return "ls-files" in simple.words
    return simple.program in {"fd", "find", "ls"} and "".join(simple.words[1:2])[:1] in {"", "-"}


def _shows_nothing(command: str) -> bool:
    """Tell whether no program of a line shows what is in a file; one that is not read may."""
    commands = simple_commands(command)
    return bool(commands) and all(map(_is_quiet, commands))


def _is_quiet(simple: Simple) -> bool:
    if simple.program == "git":
        words = [word for word in simple.words[1:] if not word.startswith("-")]
        return bool(words) and words[0] in _QUIET_GIT
    return simple.program in _QUIET


def _alternatives(word: str) -> list[str]:
    """Return what a word with braces stands for, as a shell writes it out."""
    words = [word] if "{" in word else word.split(",")
    while len(words) <= _ALTERNATIVES:
        at = next((at for at, one in enumerate(words) if _BRACES.search(one)), None)
        if at is None:
            return words
        braces = _BRACES.search(words[at])
        if braces is None:
            return words
        start, end = words[at][: braces.start()], words[at][braces.end() :]
        words[at : at + 1] = [f"{start}{part}{end}" for part in braces[1].split(",")]
    return words[:_ALTERNATIVES]
