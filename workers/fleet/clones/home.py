"""The user's side of a session that travels: published, merged again, ended from outside.

Our own repository for that lies in the user's cache folder and borrows the objects of the user's
repository, in which nothing is written but the session's folder.
"""

from __future__ import annotations

import os
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from sessions.errors import BadInput, shown
from sessions.files import append_synced, make_folder, move_aside, write_atomic
from sessions.git import asked as git_says
from sessions.git import prefix
from sessions.lock import locked
from sessions.snapshots import begin as begin_base
from workers.fleet import jobs
from workers.fleet.clones import contents
from workers.fleet.clones.bare import Bare, Lost
from workers.fleet.clones.contents import LOG
from workers.fleet.clones.copies import CHANGE, changes_stay, crowded, end_at, scratch_of
from workers.fleet.clones.joining import queue_id
from workers.fleet.clones.merging import identity, lines_of, log_of, merged
from workers.fleet.clones.publishing import published
from workers.fleet.clones.refs import About, Ref, ref_of
from workers.fleet.clones.remotes import address_in, configured
from workers.repository import store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from sessions.session import Session
    from workers.fleet.clones.refs import Seen
    from workers.hive.outcomes import Outcome
    from workers.hive.plan import Plan

_TRIES = 100
_LOCK = ".lock"
_LOCK_SECONDS = 300.0  # others push meanwhile: a base may be large
_MERGED = "refs/waggle/merged"
_SETTINGS = ("core.autocrlf", "core.eol")


class Home(NamedTuple):
    """A repository of the user's, and a remote that it has in common with other machines."""

    root: Path
    remote: str  # as the user names it
    bare: Bare
    say: Callable[[str], object] = len  # what is published, before it is

    @property
    def folder(self) -> Path:
        """What is ours beside the repository."""
        return self.bare.folder.parent

    def queue(self, name: str, *, make: bool) -> str:
        """Return the engine's name of a queue of the remote; raises BadInput where it has none."""
        with self._alone():
            return f"{name}@{queue_id(self.bare, make=make)}"

    def begin(
        self,
        session: Session,
        plan: Plan,
        engine: str,
        asked: Mapping[str, Any],
        *,
        database: str | None = None,
    ) -> jobs.Run:
        """Begin a run as `jobs.begin` does, at the ref: with the files as they are now.

        Raises BadInput for a worker that changes code, Away and NotSent.
        """
        workers = [one.worker for one in plan.assignments]
        state = session.state()
        for worker in workers:
            known = state.workers.get(jobs.full_name(worker))
            if known is not None and known.kind == CHANGE:
                raise changes_stay(worker)
        with self._alone():
            ref, base = self._ref(session.id), None
            for _ in range(_TRIES):
                seen = ref.seen()
                if seen is not None:
                    self._take_in(session, ref, seen)
                files = self._files(session)
                lines = lines_of(files[LOG])
                with scratch_of(session.id, lines, self.folder) as scratch:
                    run = jobs.begin(
                        scratch, plan, engine, asked, database=database, original=session
                    )
                    files[LOG] = contents.log_in(scratch)
                is_new = seen is None or len(lines_of(files[LOG])) > len(lines)
                if seen is not None and not is_new and not self._has_more(session, seen):
                    return run
                base = (base or self._base(session)) if is_new else None
                gone = seen.files.keys() - files.keys() if seen else set()
                with suppress(Lost):
                    put = ref.put(seen, files, f"{run.id} begins", base, gone)
                    self._take_in(session, ref, put)
                    return run
        raise crowded(ref, _TRIES)

    def fetch(self, session: Session) -> bool:
        """Merge the ref into the session's folder, and what happened here into the ref.

        Returns whether anything was new here. Raises BadInput where the remote has none.
        """
        with self._alone():
            ref, is_new = self._ref(session.id), False
            for _ in range(_TRIES):
                seen = ref.seen()
                if seen is None:
                    raise BadInput(
                        f"{ref.name} is not at the remote {ref.bare.shown}",
                        "Queue the plan: run --engine URL --remote NAME.",
                    )
                if seen.commit == self._merged(session.id) and not self._has_more(session, seen):
                    return is_new
                is_new = self._take_in(session, ref, seen) or is_new
                if not self._has_more(session, seen):
                    return is_new
                files = self._files(session)
                gone = seen.files.keys() - files.keys()
                with suppress(Lost):
                    self._take_in(session, ref, ref.put(seen, files, "more", without=gone))
                    return is_new
        raise crowded(ref, _TRIES)

    def end(self, session: Session, run: jobs.Run, outcome: Outcome, executor: str) -> bool:
        """End a job from outside as `jobs.end` does, at the ref and here."""
        with self._alone():
            ref = self._ref(session.id)
            is_ended = end_at(ref, self.folder, run, outcome, claim=None, executor=executor)
        self.fetch(session)
        return is_ended

    def _prepare(self) -> None:
        """Make our own repository: it borrows objects of the user's, and of the bases."""
        words = ("rev-parse", "--path-format=absolute", "--git-path", "objects")
        objects = (git_says(self.root, *words) or "").removesuffix("\n")
        form = git_says(self.root, "rev-parse", "--show-object-format") or ""
        bases = sorted(self.folder.glob("bases/*/objects"))
        self.bare.make(Path(objects), *bases, digits=64 if "256" in form else 40)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        make_folder(self.folder, 0o700)
        what = "the folder of what travels on the remote"
        with locked(self.folder / _LOCK, _LOCK_SECONDS, what):
            self._prepare()
            yield

    def _ref(self, session_id: str) -> Ref:
        return ref_of(self.bare, session_id, f"refs/waggle/fetched/{session_id}")

    def _merged(self, session_id: str) -> str | None:
        answer = self.bare.tried("rev-parse", "--verify", "--quiet", f"{_MERGED}/{session_id}")
        return answer.out.strip() or None

    def _base(self, session: Session) -> tuple[str, About]:
        """Record the files that are published; returns their tree, and what it is."""
        folder = self.folder / "bases" / session.id
        make_folder(folder.parent, 0o700)
        _, base = begin_base(self.root, folder, durable=False)
        if base.vcs is None:
            raise _no_repository(self.root)
        self._prepare()
        pairs = ((name, git_says(self.root, "config", "--get", name)) for name in _SETTINGS)
        settings = {name: value.strip() for name, value in pairs if value}
        below = prefix(self.root).rstrip("/")
        what = published(self.bare, self.root, base.tree, base.commit)
        self.say(what.text(self.bare.shown if self.remote == self.bare.remote else self.remote))
        return what.tree, About(base.commit, str(self.root), below, settings)

    def _files(self, session: Session) -> dict[str, bytes]:
        """Return what of a session travels, as it is now."""
        with session.locked():
            return contents.read_files(session.path, {*contents.names_in(session.path), LOG})

    def _has_more(self, session: Session, seen: Seen) -> bool:
        """Tell whether something of a session that was merged happened here since."""
        ref = self._ref(session.id)
        return seen.files != {name: ref.digest(it) for name, it in self._files(session).items()}

    def _take_in(self, session: Session, ref: Ref, seen: Seen) -> bool:
        """Merge what a ref has into the session's folder; returns whether anything was new."""
        with session.locked():
            names = contents.names_in(session.path)
            ours = contents.read_files(session.path, {*names, LOG} if LOG in names else names)
            before = self._before(session.id, ref, ours.get(LOG, b""))
            theirs = _theirs(ref, ours, before, seen)
            receipts = {
                name: data
                for name, data in ours.items()
                if name.endswith("_receipt.json") and name not in theirs
            }
            lines = lines_of(ours.get(LOG, b""))
            if lines and identity(seen.lines[0]) not in map(identity, lines):
                raise _another(ref)
            both = merged(seen.lines, lines, receipts)
            for name in theirs:
                there = session.path / name
                if name in ours and before.get(name) != ref.digest(ours[name]):
                    move_aside(there)  # it was changed on both sides
            contents.write_files(session, ref.read(seen, theirs) | both.receipts)
            for name in (before.keys() - seen.files.keys()) & ours.keys():
                if before[name] == ref.digest(ours[name]):  # it was removed there, and is as it was
                    (session.path / name).unlink()
            is_new = both.lines != lines
            if is_new:
                _write_log(session, ours.get(LOG, b""), log_of(both.lines))
            if is_new or theirs:
                contents.derive(session)
        self.bare.run("update-ref", f"{_MERGED}/{session.id}", seen.commit)
        return bool(is_new or theirs)

    def _before(self, session_id: str, ref: Ref, log: bytes) -> dict[str, str]:
        """Return the files of the last merge; none where this log, say a restored one, has less."""
        before = ref.files_at(self._merged(session_id))
        merged_log = log_of(lines_of(self.bare.blob(before[LOG]))) if LOG in before else b""
        return before if merged_log and log.startswith(merged_log) else {}


def _write_log(session: Session, before: bytes, now: bytes) -> None:
    """Write a log; one that only grows is appended to."""
    if before and now.startswith(before):
        append_synced(session.events_file, now[len(before) :], of_size=len(before))
    else:
        write_atomic(session.events_file, now)


def _theirs(
    ref: Ref, ours: Mapping[str, bytes], before: Mapping[str, str], seen: Seen
) -> dict[str, str]:
    """Return the files that the ref has otherwise than we, and that it changed since the last look.

    What was changed, or removed, here alone stays so.
    """
    return {
        name: digest
        for name, digest in seen.files.items()
        if name != LOG
        and before.get(name) != digest
        and (name not in ours or ref.digest(ours[name]) != digest)
    }


def home(root: Path, remote: str, say: Callable[[str], object] = len) -> Home:
    """Return a repository with one of its remotes, by its name, or by an address.

    Raises BadInput where there is none, or where it lies inside the repository.
    """
    if git_says(root, "rev-parse", "--git-dir") is None:
        raise _no_repository(root)
    if (git_says(root, "rev-parse", "--is-shallow-repository") or "").strip() == "true":
        raise BadInput(
            f"{shown(root, 300)} is a shallow clone, whose history cannot be pushed",
            "Run git fetch --unshallow first.",
        )
    address = address_in(root, remote)
    own = store.digest(f"{os.path.realpath(root)}\0{address}".encode())
    return Home(root, remote, Bare(store.folder() / "travelling" / own / "git", address), say)


def remote_of(session: Session) -> str | None:
    """Return the remote on which the last run of a session travels, None for none.

    Raises BadInput where that is no remote of the repository: a session may come from others, and
    must not say where we connect to.
    """
    asked = (session.state().run or {}).get("asked", {})
    remote = asked.get("remote")
    if not isinstance(remote, str):
        return None
    if not configured(session.root, remote):
        raise BadInput(
            f"the session travels on {shown(remote, 200)}, no remote of this repository",
            "If you trust it, name it: --remote NAME_OR_URL.",
        )
    return remote


def _another(ref: Ref) -> BadInput:
    return BadInput(
        f"{ref.name} of {ref.bare.shown} is another session of that id",
        f"Take another id, or delete it: git push {ref.bare.shown} :{ref.name}",
    )


def _no_repository(root: Path) -> BadInput:
    return BadInput(
        f"{shown(root, 300)} is no git repository", "Only git carries a session to other machines."
    )
