"""The ref on which a session travels: read as it is at the remote, changed only as it was read."""

from __future__ import annotations

import json
import secrets
from contextlib import contextmanager
from hashlib import sha1, sha256
from typing import TYPE_CHECKING, Any, NamedTuple

from sessions.errors import BadInput, Damaged, shown
from sessions.git import contents
from sessions.location import check_session_id
from sessions.patterns import lazy_pattern
from workers.fleet.clones.contents import LOG, check_listed
from workers.fleet.clones.merging import lines_of, state_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from sessions.state import SessionState
    from workers.fleet.clones.bare import Bare

PREFIX = "refs/waggle/sessions/"
FLEET = "refs/waggle/fleet"
# What was fetched of these, in a clone.
KEPT = "refs/kept"
OWN_FLEET = "refs/waggle/own-fleet"
ABOUT = "waggle.json"
FORM = 1
_NEVER_IN_REFS = ("..", ".lock", "@{")
_HEX = lazy_pattern(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_SETTING = lazy_pattern(r"[a-z0-9]{1,10}")
_SETTINGS = ("core.autocrlf", "core.eol")
_PLAIN = "100644"
_FOLDER = "040000"
_ABOUT_BYTES = 64 * 1024
_NO_PART = {"", ".", "..", ".git"}


class About(NamedTuple):
    """What the base is: its commit, the user's root and where that is in the repository.

    `settings` say how files are written.
    """

    commit: str | None
    root: str
    prefix: str
    settings: dict[str, str]


class Seen(NamedTuple):
    """A session as the ref has it: the base's tree, and its files by what git calls them."""

    commit: str
    base: str
    about: About
    files: dict[str, str]
    lines: list[bytes]
    state: SessionState


class Ref(NamedTuple):
    """A session's ref at the remote, and the name under which `bare` keeps what was fetched."""

    bare: Bare
    session_id: str
    own: str

    @property
    def name(self) -> str:
        """Its name at the remote."""
        return PREFIX + self.session_id

    def seen(self) -> Seen | None:
        """Fetch it; None where the remote has none. Raises Away, NotSent, Damaged."""
        commit = self.bare.fetch(self.name, self.own)
        return None if commit is None else self.at(commit)

    def at(self, commit: str) -> Seen:
        """Return what a commit has; raises Damaged for what we would not have written."""
        rows = _listed(self.bare.run("ls-tree", "-z", "--long", commit))
        kinds = {name: (mode, kind) for mode, kind, _, _, name in rows}
        tree = {"base": (_FOLDER, "tree"), "session": (_FOLDER, "tree"), ABOUT: (_PLAIN, "blob")}
        if kinds != tree:
            raise self._foreign("its tree has another form")
        objects = {name: digest for _, _, digest, _, name in rows}
        if any(int(size) > _ABOUT_BYTES for *_, size, name in rows if name == ABOUT):
            raise self._foreign(f"{ABOUT} is too large")
        about = self._about(self.bare.blob(objects[ABOUT]))
        inside = _listed(self.bare.run("ls-tree", "-r", "-z", "--long", objects["session"]))
        if any(mode != _PLAIN for mode, *_ in inside):
            raise self._foreign("something in it is no plain file")
        check_listed({name: int(size) for *_, size, name in inside}, self.name)
        files = {name: digest for _, _, digest, _, name in inside}
        lines = lines_of(self.bare.blob(files[LOG])) if LOG in files else []
        if not lines:
            raise self._foreign("it has no events")
        state = state_of(self.session_id, lines)
        return Seen(commit, objects["base"], about, files, lines, state)

    def check_base(self, seen: Seen) -> None:
        """Raise Damaged where the way to the root is no folder: a link leads out of the copy."""
        parts = seen.about.prefix.split("/")
        paths = ["/".join(parts[:end]) for end in range(1, len(parts) + 1)]
        words = ("ls-tree", "-z", "--full-tree", seen.base, "--")
        rows = [row for path in paths if path for row in _listed(self.bare.run(*words, path))]
        if any(mode != _FOLDER for mode, *_ in rows):
            raise self._foreign("its root is no folder of the base")

    def files_at(self, commit: str | None) -> dict[str, str]:
        """Return the files that a commit had; none where it is not known any more."""
        answer = self.bare.tried("ls-tree", "-r", "-z", f"{commit}:session")
        return (
            {} if answer.code else {name: digest for _, _, digest, _, name in _listed(answer.out)}
        )

    def read(self, seen: Seen, names: Mapping[str, object] | None = None) -> dict[str, bytes]:
        """Return the contents of files, all of them where no `names` are given."""
        wanted = seen.files if names is None else {one: seen.files[one] for one in names}
        with contents(self.bare.folder, self.bare.variables()) as read:
            files = {name: read(digest) for name, digest in wanted.items()}
        if None in files.values():
            raise self._foreign("a file of it is missing")
        return {name: data for name, data in files.items() if data is not None}

    def put(
        self,
        before: Seen | None,
        files: Mapping[str, bytes],
        why: str,
        new: tuple[str, About] | None = None,
        without: Iterable[str] = (),
    ) -> Seen:
        """Push a commit with these files, and all others as they were; raises Lost.

        `new` is the tree of another base, and what it is. Files of `without` are left out.
        """
        if new is None:
            if before is None:
                raise Damaged(f"{self.name} is not at the remote", "Run the plan again.")
            new = before.base, before.about
        left_out = [f"0 {'0' * self.bare.digits}\t{name}\0" for name in without]
        tree = self._tree(before, self._rows(before, files) + left_out, *new)
        parents = [before.commit] if before else []
        if new[1].commit and (before is None or before.about.commit != new[1].commit):
            parents.append(new[1].commit)
        words = [word for parent in parents for word in ("-p", parent)]
        message = f"waggle: {why} in {self.session_id}"
        commit = self.bare.run("commit-tree", tree, *words, "-m", message).strip()
        self.bare.push(commit, self.name, before.commit if before else None)
        self.bare.run("update-ref", self.own, commit)
        return self.at(commit)

    def digest(self, data: bytes) -> str:
        """Return what git calls a content."""
        kind = sha1 if self.bare.digits == 40 else sha256
        return kind(b"blob %d\0" % len(data) + data).hexdigest()

    def _rows(self, before: Seen | None, files: Mapping[str, bytes]) -> list[str]:
        """Write the files that are new; returns what the index is to have of them."""
        return [
            f"{_PLAIN} {self._written(data)}\t{name}\0"
            for name, data in files.items()
            if before is None or before.files.get(name) != self.digest(data)
        ]

    def _tree(self, before: Seen | None, rows: list[str], base: str, about: About) -> str:
        with index_of_a_moment(self.bare.folder) as index:
            if before:
                self.bare.run("read-tree", f"{before.commit}:session", index=index)
            words = ("update-index", "--add", "-z", "--index-info")
            self.bare.run(*words, fed="".join(rows).encode(), index=index)
            session = self.bare.run("write-tree", index=index).strip()
        fields = {"schema_version": FORM, "session_id": self.session_id, **about._asdict()}
        answer = self._written(json.dumps(fields, indent=1).encode() + b"\n")
        rows = [f"{_FOLDER} tree {base}\tbase\0", f"{_FOLDER} tree {session}\tsession\0"]
        rows.append(f"{_PLAIN} blob {answer}\t{ABOUT}\0")
        return self.bare.run("mktree", "-z", fed="".join(rows).encode()).strip()

    def _written(self, data: bytes) -> str:
        return self.bare.run("hash-object", "-w", "--stdin", fed=data).strip()

    def _about(self, data: bytes) -> About:
        try:
            fields: dict[str, Any] = json.loads(data)
            commit, root, prefix, settings = (fields[name] for name in About._fields)
            is_ours = (
                fields["schema_version"] == FORM
                and fields["session_id"] == self.session_id
                and (commit is None or _HEX.fullmatch(commit) is not None)
                and root.startswith("/")
                and root.strip("/") != ""
                and (not prefix or not _NO_PART & {*prefix.split("/")})
                and "\0" not in root + prefix
                and settings.keys() <= {*_SETTINGS}
                and all(_SETTING.fullmatch(value) for value in settings.values())
            )
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            is_ours = False
        if not is_ours:
            raise self._foreign(f"{ABOUT} says what this version does not know")
        return About(commit, root, prefix, settings)

    def _foreign(self, why: str) -> Damaged:
        return Damaged(f"{self.name} of {self.bare.shown}: {why}", "Look at who may write to it.")


def ref_of(bare: Bare, session_id: str, own: str) -> Ref:
    """Return the ref of a session; raises BadInput where its id is no name of a ref."""
    check_session_id(session_id)
    if any(part in session_id for part in _NEVER_IN_REFS):
        raise BadInput(
            f"session id {shown(session_id)} cannot be the name of a git ref",
            "Take a session without `..` and `.lock` in its id.",
        )
    return Ref(bare, session_id, own)


def _listed(rows: str) -> list[tuple[str, str, str, str, str]]:
    """Return the mode, kind, object, size and path of what `ls-tree -z` lists."""
    listed = []
    for row in rows.split("\0")[:-1]:
        about, _, path = row.partition("\t")
        mode, kind, digest, *size = about.split()
        listed.append((mode, kind, digest, "".join(size) or "0", path))
    return listed


@contextmanager
def index_of_a_moment(folder: Path) -> Iterator[Path]:
    """Offer the name of an index of a moment."""
    index = folder / f"index.{secrets.token_hex(6)}"
    try:
        yield index
    finally:
        index.unlink(missing_ok=True)
