"""A bare repository of ours, and what it fetches from and pushes to a remote.

Its settings are our own and say nothing that git could run. The user's settings (credentials, ssh)
count only where the remote is reached; those of the repository that is worked on never do.
"""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from sessions.errors import Damaged, NotSent, escaped, shown
from sessions.files import make_folder, read_regular, write_changed
from sessions.git import OFF, contents, environment
from sessions.patterns import lazy_pattern
from workers.fleet.clones.addresses import without_secrets
from workers.fleet.places import Away

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

SECONDS = 120.0  # a step of git here
SILENT_SECONDS = 600.0  # a fetch or a push that does not get on
ASKED_SECONDS = 120.0  # a question to the remote
REMOTE_SECONDS = 7200.0  # one that does
_SHA256_DIGITS = 64
_CONFIG_BYTES = 4096
_URL = lazy_pattern(r"https?://[^\s']+")
_PROTOCOLS = "file:git:http:https:ssh"
# Of the user's environment; git's other variables name another repository.
_OF_USER = ("GIT_SSH", "GIT_SSH_COMMAND", "GIT_ASKPASS", "GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM")
_SEALED = {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_ATTR_NOSYSTEM": "1",
}
# A repository of ours cleans up while we wait: nothing of it outlives us.
_STAYING = ("-c", "gc.autoDetach=false", "-c", "maintenance.autoDetach=false")
_NOT_FOR_EVER = {"GIT_HTTP_LOW_SPEED_LIMIT": "1", "GIT_HTTP_LOW_SPEED_TIME": "60"}
_WHO = {
    f"GIT_{who}_{what}": value
    for who in ("AUTHOR", "COMMITTER")
    for what, value in (("NAME", "waggle"), ("EMAIL", "waggle@localhost"))
}
_REFUSED = lazy_pattern(
    r"(?i)permission denied|access denied|authentication failed|could not read (?:user|pass)"
    r"|\b40[13]\b|not allowed|not permitted|read.only|transport '\w+' not allowed|shallow update"
    r"|dubious ownership"
)
# What git says where a ref is locked by somebody who pushes just now.
_LOCKED = lazy_pattern(r"(?i)\block\b.*: File exists")
_PROGRESS = lazy_pattern(
    r"\d+% \(\d+/\d+\)|^(?:remote: )?[A-Z][a-z]+ [a-z]+: +\d+(?:, done\.)?\s*$"
)
_UNPACKED = lazy_pattern(r"unpacker error|unpack failed")
_MISSING = lazy_pattern(r"(?m)^(?:fatal|error): (?:unable to read|missing|could not read) .*")
# Not "Could not read from remote repository".
_GONE = lazy_pattern(
    r"(?im)^(?:fatal|error): (?:bad object .*|.* did not send all necessary objects"
    r"|(?:could not (?:read|parse)|unable to read|missing) .*\b[0-9a-f]{40,64}\b.*"
    r"|(?:loose|packed) object .* is corrupt|not a git repository: .*"
    r"|cannot lock ref 'refs/copies.*)"
)
_FULL = {"No space left on device": errno.ENOSPC, "Disk quota exceeded": errno.EDQUOT}
_running: set[int] = set()  # process groups
_closed = threading.Event()  # no git is started any more, and what one came to is not looked at


class Lost(Exception):
    """The ref is not as it was fetched: somebody else pushed."""


class Unsound(Damaged):
    """Our own repository is not as git needs it, and can be made again from the remote."""


class Said(NamedTuple):
    """What git says; its code is below 0 where it was ended, by a signal or for being too slow."""

    code: int
    out: str
    err: str


class Bare(NamedTuple):
    """The folder of a repository, and the address of the remote that it speaks with."""

    folder: Path
    remote: str

    def make(self, *objects: Path, digits: int = 40) -> None:
        """Make it where it is missing; it borrows the `objects` of others."""
        is_sha256 = digits == _SHA256_DIGITS
        config = f"[core]\n\trepositoryformatversion = {int(is_sha256)}\n\tbare = true\n"
        config += "[extensions]\n\tobjectformat = sha256\n" if is_sha256 else ""
        for name in ("objects/info", "objects/pack", "refs", "info"):
            make_folder(self.folder / name, 0o700)
        rows = "".join(f"{folder}\n" for folder in objects)
        texts = {"config": config, "HEAD": "ref: refs/heads/none\n"}
        texts |= {"objects/info/alternates": rows} if rows else {}
        for name, text in texts.items():
            write_changed(self.folder / name, text.encode("utf-8", "surrogateescape"))

    @property
    def digits(self) -> int:
        """How many digits the name of an object has."""
        return _SHA256_DIGITS if b"sha256" in self.config else 40

    @property
    def config(self) -> bytes:
        """Its settings, as `make` wrote them."""
        return read_regular(self.folder / "config", _CONFIG_BYTES)

    def variables(self, index: Path | None = None) -> dict[str, str]:
        """Return what git's environment says where only we are asked."""
        where = {"GIT_DIR": str(self.folder), "LC_ALL": "C", **_WHO}
        return where | ({"GIT_INDEX_FILE": str(index)} if index else {}) | _SEALED

    def tried(
        self,
        *words: str,
        fed: bytes = b"",
        index: Path | None = None,
        more: Mapping[str, str] | None = None,
    ) -> Said:
        """Return what git says here; raises Away where it was ended: that says nothing of it."""
        variables = environment(()) | self.variables(index) | dict(more or {})
        answer = _call(words, variables, fed, SECONDS, self.folder)
        if answer.code < 0:
            why = _last_line(answer.err) if answer.err else f"ended by signal {-answer.code}"
            raise Away(
                f"git {_verb(words)} comes to no end in {shown(self.folder, 300)}: {why}",
                "Look at what else this machine does, at its memory and its disk.",
            )
        return answer

    def run(
        self,
        *words: str,
        fed: bytes = b"",
        index: Path | None = None,
        more: Mapping[str, str] | None = None,
    ) -> str:
        """Return what git says here; raises Damaged where it fails, OSError on a full disk."""
        answer = self.tried(*words, fed=fed, index=index, more=more)
        if answer.code:
            _check_disk(answer, self.folder)
            raise self._unsound(f"git {_verb(words)} fails", _last_line(answer.err))
        return answer.out

    def blob(self, name: str) -> bytes:
        """Return the content of a blob; raises Damaged where it is missing."""
        with contents(self.folder, self.variables()) as read:
            data = read(name)
        if data is None:
            raise self._unsound(f"{name} is missing")
        return data

    def at_remote(self, ref: str) -> str | None:
        """Return what a ref of the remote names, None where there is no such ref."""
        answer = self._asked("ls-remote", "--end-of-options", self.remote, ref)
        rows = (line.split("\t") for line in answer.out.splitlines())
        return next((name for name, *rest in rows if rest == [ref]), None)

    def digits_at_remote(self) -> int:
        """Return how many digits a name has there: 40 where the remote is empty."""
        rows = self._asked("ls-remote", "--end-of-options", self.remote, "HEAD").out.splitlines()
        return max((len(row.split("\t")[0]) for row in rows), default=40)

    def fetch(self, ref: str, into: str) -> str | None:
        """Fetch a ref of the remote into one of ours; returns what it names, None for none."""
        there = self.at_remote(ref)
        if there is None:
            return None
        known = self.tried("rev-parse", "--verify", "--quiet", f"{into}^{{commit}}").out.strip()
        if known == there:
            return there
        words = (
            "fetch",
            "--progress",
            "--no-tags",
            "--no-prune",
            "--no-write-fetch-head",
            "--no-recurse-submodules",
        )
        self._asked(*words, "--end-of-options", self.remote, f"+{ref}:{into}")
        return self.run("rev-parse", "--verify", f"{into}^{{commit}}").strip()

    def push(self, commit: str, ref: str, instead_of: str | None) -> None:
        """Let a ref of the remote name a commit, if it names `instead_of` still; raises Lost."""
        words = [
            "push",
            "--porcelain",
            "--progress",
            "--no-verify",
            "--no-signed",
            "--no-follow-tags",
        ]
        words += ["--recurse-submodules=no", f"--force-with-lease={ref}:{instead_of or ''}"]
        answer = self._tried(*words, "--end-of-options", self.remote, f"{commit}:{ref}")
        rejected = next((line for line in answer.out.splitlines() if line.startswith("!\t")), "")
        # Git says as much of a ref that cannot be there as of one that was moved meanwhile.
        is_locked = rejected and _LOCKED.search(answer.err)
        if rejected and (is_locked or self.at_remote(ref) != instead_of):
            raise Lost
        self._check_all_here(answer)
        if _UNPACKED.search(rejected):
            raise self._away(f"it cannot store what is pushed{_of_remote(answer.err)}")
        if rejected:
            why = rejected.split("\t")[-1]
            raise NotSent(
                f"the remote {self.shown} refuses {ref}: {escaped(why)}{_of_remote(answer.err)}",
                "Let refs/waggle/* be written there, or name another remote.",
            )
        self._check(answer)

    @property
    def shown(self) -> str:
        """The remote as it may be printed: without a password."""
        return shown(without_secrets(self.remote), 200)

    def _asked(self, *words: str) -> Said:
        """Return what git says of the remote; raises Away, NotSent, and OSError on a full disk."""
        answer = self._tried(*words)
        self._check(answer)
        return answer

    def _tried(self, *words: str) -> Said:
        of_user = {name: os.environ[name] for name in _OF_USER if name in os.environ}
        variables = environment(()) | {"GIT_DIR": str(self.folder), "LC_ALL": "C"} | of_user
        variables |= {"GIT_ALLOW_PROTOCOL": _PROTOCOLS, **_NOT_FOR_EVER}
        words = (*_STAYING, *words)
        silent = ASKED_SECONDS if "ls-remote" in words else SILENT_SECONDS
        answer = _call(words, variables, b"", REMOTE_SECONDS, self.folder, silent=silent)
        lines = answer.err.replace("\r", "\n").splitlines(keepends=True)
        return answer._replace(err="".join(row for row in lines if not _PROGRESS.search(row)))

    def _check_all_here(self, answer: Said) -> None:
        """Raise NotSent where objects are missing that would have to be pushed."""
        missing = _MISSING.search(answer.err)
        if answer.code and missing:
            raise NotSent(
                f"not all is here that is to be pushed: {escaped(missing[0])}",
                "A partial clone lacks files: git fetch --refetch, without a filter.",
            )

    def _away(self, why: str) -> Away:
        return Away(
            f"the remote {self.shown} cannot be reached: {why}",
            "Look at its address, at the network and at its disk.",
        )

    def _check(self, answer: Said) -> None:
        if not answer.code:
            return
        _check_disk(answer, self.folder)
        gone = _GONE.search(answer.err)
        if gone:
            raise self._unsound("objects are missing", escaped(gone[0][:200]))
        why = _last_line(answer.err).replace(self.remote, without_secrets(self.remote))
        why = _URL.sub(lambda url: without_secrets(url[0]), why)
        if _REFUSED.search(answer.err):
            raise NotSent(
                f"the remote {self.shown} refuses: {why}",
                "Look at its address and at your rights there; `git push` needs the same ones.",
            )
        raise self._away(why)

    def _unsound(self, what: str, why: str = "") -> Unsound:
        return Unsound(
            f"{what} in {shown(self.folder, 300)}{why and ': '}{why}",
            "Remove that folder: it is made again from the remote.",
        )


def _call(
    words: Sequence[str],
    variables: Mapping[str, str],
    fed: bytes,
    seconds: float,
    cwd: Path,
    *,
    silent: float | None = None,
) -> Said:
    """Run git, and end it with all that it started when it takes too long.

    It does, too, when it says nothing more for `silent` seconds.
    """
    _stop_if_closed()
    command = ["git", "--no-optional-locks", *OFF, *words]
    try:
        process = subprocess.Popen(  # noqa: S603 - fixed words
            command,
            cwd=cwd,
            env=variables,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
    except (FileNotFoundError, NotADirectoryError) as error:
        if error.filename == "git":
            raise Unsound("git is not on the PATH", "Install git.") from None
        raise Unsound(f"{shown(cwd, 300)} is no folder", "It is made again.") from None
    _running.add(process.pid)
    try:
        out, err = _communicate(process, fed, seconds, silent or seconds)
    except subprocess.TimeoutExpired as error:
        return Said(-signal.SIGKILL, "", f"no answer in {error.timeout:g} s")
    finally:  # also where we are asked to end
        if process.returncode is None:
            _kill(process.pid)
            process.communicate()
        _running.discard(process.pid)
        _stop_if_closed()
    texts = (data.decode("utf-8", "surrogateescape") for data in (out, err))
    return Said(process.returncode, *texts)


def _communicate(
    process: subprocess.Popen[bytes], fed: bytes, seconds: float, silent: float
) -> tuple[bytes, bytes]:
    """Return what a process says; raises TimeoutExpired, with how long it was waited for."""
    until, size = time.monotonic() + seconds, 0
    while True:
        step = min(silent, until - time.monotonic())
        try:
            return process.communicate(fed, step)
        except subprocess.TimeoutExpired as error:
            before, size = size, len(error.output or b"") + len(error.stderr or b"")
            is_over = time.monotonic() >= until
            error.timeout = seconds if is_over else silent
            if is_over or size == before:
                raise
        fed = b""


def end_all() -> None:
    """End every git that runs: this process ends. Threads that wait for one wait for ever."""
    _closed.set()
    for group in tuple(_running):
        _kill(group)


def _stop_if_closed() -> None:
    """Never return where this process ends: what was cut off failed for nobody."""
    if _closed.is_set():
        threading.Event().wait()


def _kill(group: int) -> None:
    with suppress(ProcessLookupError):
        os.killpg(group, signal.SIGKILL)


def _check_disk(answer: Said, folder: Path) -> None:
    """Raise OSError where this machine's disk is full."""
    lines = [line for line in answer.err.splitlines() if not line.startswith("remote:")]
    for words, number in _FULL.items():
        if any(words in line for line in lines):
            raise OSError(number, os.strerror(number), str(folder))


def _verb(words: Sequence[str]) -> str:
    return words[2] if words[0] == "-C" else words[0]


def _last_line(text: str) -> str:
    """Return what git says that names a reason."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    fatal = [at for at, line in enumerate(lines) if line.startswith(("fatal:", "error:"))]
    if not fatal:
        return escaped([*lines[-1:], "no reason given"][0][:200])
    at = fatal[0]
    if at and "from remote repository" in lines[at]:
        at -= 1  # what ssh, or the other side, says is above it
    also = lines[at + 1 : at + 2] if lines[at].endswith(":") else []
    return escaped(" ".join([lines[at], *also])[:200])


def _of_remote(text: str) -> str:
    """Return what a hook of the remote says."""
    lines = [
        line.removeprefix("remote:").strip() for line in text.splitlines() if "remote:" in line
    ]
    words = " ".join(line for line in lines if line)
    return f" ({escaped(words[:200])})" if words else ""
