"""Files that are ignored by rules which were not there before."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sessions.git import OFF, environment
from sessions.snapshots.place import SECONDS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sessions.snapshots.place import Place

_MOST = 2_000  # files and folders that are asked about


def newly_ignored(place: Place, rules: Mapping[str, bytes]) -> list[str]:
    """Return what is ignored now, and was not by the `rules`: `.gitignore` files by their paths.

    A folder of which everything is ignored ends in a slash. Raises Damaged as git does.
    """
    words = ("ls-files", "-z", "--others", "--ignored", "--exclude-standard", "--directory")
    listed = place.run(*words, "--no-empty-directory", "--", ".").split("\0")[:_MOST]
    paths = [path for path in listed if path and not path.startswith("../")]
    if not paths:
        return []
    import subprocess
    import tempfile  # late: hardly any change touches a rule

    with tempfile.TemporaryDirectory(prefix="waggle-") as folder:
        root = Path(folder)
        for path, content in rules.items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_bytes(content)
        for path in paths:  # a rule for folders asks whether it is one
            if path.endswith("/"):
                (root / path).mkdir(parents=True, exist_ok=True)
        run = subprocess.run(  # noqa: S603 - fixed words
            ["git", *OFF, "check-ignore", "-z", "--no-index", "--stdin"],  # noqa: S607
            cwd=root,
            env=environment(()) | place.variables() | {"GIT_WORK_TREE": folder},
            input="".join(f"{path}\0" for path in paths).encode("utf-8", "surrogateescape"),
            capture_output=True,
            timeout=SECONDS,
            check=False,
        )
    if run.returncode not in {0, 1}:
        return []
    before = set(run.stdout.decode("utf-8", "surrogateescape").split("\0"))
    return [path for path in paths if path not in before]
