"""The base of a session as files: a repository of their own that borrows its objects from ours."""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from sessions.errors import Damaged, NotReadable, shown
from sessions.files import make_folder, read_regular, write_atomic
from sessions.location import SESSIONS

if TYPE_CHECKING:
    from workers.fleet.clones.bare import Bare
    from workers.fleet.clones.refs import About

_MARK = "waggle-base"


def check_out(bare: Bare, copy: Path, base: str, about: About) -> None:
    """Make a folder hold the files of a base, with its commit as HEAD, unless it does already.

    No filter or hook runs: neither is known where git writes the files.
    """
    git = copy / ".git"
    mark = f"{base} {about.commit} {about.prefix}\n".encode()
    with suppress(OSError, NotReadable):
        if read_regular(git / _MARK, len(mark)) == mark:
            _check_inside(copy, about.prefix)
            return
    if os.path.lexists(copy):
        shutil.rmtree(copy)
    make_folder(git / "refs", 0o700)
    make_folder(git / "objects" / "info", 0o700)
    form = bare.config.decode().replace("bare = true", "bare = false")
    for name, value in sorted(about.settings.items()):
        form += f"[core]\n\t{name.removeprefix('core.')} = {value}\n"
    texts = {"HEAD": f"{about.commit or 'ref: refs/heads/none'}\n", "config": form}
    texts["objects/info/alternates"] = f"{bare.folder / 'objects'}\n"
    for name, text in texts.items():
        write_atomic(git / name, text.encode("utf-8", "surrogateescape"))
    here = {"GIT_DIR": str(git), "GIT_WORK_TREE": str(copy), "GIT_INDEX_FILE": str(git / "index")}
    within = ("-C", str(copy))
    bare.run(*within, "read-tree", base, more=here)
    # Sessions that somebody committed: ours comes from its ref.
    inside = (Path(about.prefix) / SESSIONS.parent).as_posix()
    tracked = bare.run(*within, "ls-files", "-z", "--", f":(top,literal){inside}", more=here)
    bare.run(
        *within,
        "update-index",
        "--force-remove",
        "-z",
        "--stdin",
        fed=os.fsencode(tracked),
        more=here,
    )
    bare.run(*within, "checkout-index", "--all", "--force", "--index", more=here)
    _check_inside(copy, about.prefix)
    if about.commit:  # what the base has more is changed, or new
        bare.run(*within, "read-tree", "-m", about.commit, more=here)
    make_folder(copy / about.prefix)
    write_atomic(git / _MARK, mark)


def _check_inside(copy: Path, prefix: str) -> None:
    """Raise Damaged where a link leads from a copy to a root elsewhere."""
    if (copy / prefix).resolve() != copy.resolve() / prefix:
        raise Damaged(
            f"the root {shown(prefix)} of a base leads out of its copy",
            "Look at who may write to the remote.",
        )
