"""What a repository is like before phase 1, where it is not just cloned and clean."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from benchmarks.changes.pieces import is_python

if TYPE_CHECKING:
    from benchmarks.changes.work import Work


_GHOST = """\
def test_ghost() -> None:
    import ghost

    assert ghost.is_here()
"""
_GHOST_SCRIPT = """\
const { test } = require("node:test");

test("a ghost is here", () => {
  require("ghost").appear();
});
"""


def failing_test(work: Work) -> None:
    """Have a test that fails for want of a package."""
    if is_python(work):
        work.write("tests/test_ghost.py", _GHOST)
    else:
        work.write("test/ghost.test.js", _GHOST_SCRIPT)
    work.commit("Expect a ghost")


def lock_proofs(work: Work, text: str) -> None:
    """Lock these proofs in place of the application's own."""
    work.write("waggle.toml", text)
    work.commit("Say what is to be run")


def add_proof(work: Work, name: str, run: str, *more: str) -> None:
    """Lock a proof beside the application's own."""
    lines = ["", "[[proof]]", f'name = "{name}"', f'run = "{run}"', *more, ""]
    work.append("waggle.toml", "\n".join(lines))
    work.commit(f"Lock {name}")


def two_proofs(work: Work) -> None:
    """Lock a second proof that counts no tests and is not required."""
    run = "python -m compileall -q app" if is_python(work) else "node --check src/slug.js"
    add_proof(work, "syntax", run, "min_tests = 0", "required = false")


def measured(work: Work) -> None:
    """Lock a proof that measures the size of the code."""
    count = '{\\"bytes\\": {\\"value\\": %s}}'
    run = f"printf '{count}' $(wc -c <{work.stack.code}) >$WAGGLE_METRICS"
    add_proof(work, "size", run, "min_tests = 0", "required = false")


def proof_without_command(work: Work) -> None:
    """Lock a proof that does not say what is to be run."""
    work.append("waggle.toml", '\n[[proof]]\nname = "lint"\n')
    work.commit("Lock the lint")


def unprotected(work: Work) -> None:
    """Lock the tests without protecting any file."""
    lines = work.read("waggle.toml").splitlines(keepends=True)
    lock_proofs(work, "".join(line for line in lines if not line.startswith("protected")))


def five_tests_at_least(work: Work) -> None:
    """Lock the tests without protecting any file, and ask for five."""
    unprotected(work)
    work.append("waggle.toml", "min_tests = 5\n")
    work.commit("Ask for five tests")


def two_seconds(work: Work) -> None:
    """Give the tests two seconds."""
    work.replace("waggle.toml", "timeout_seconds = 60", "timeout_seconds = 2")
    work.commit("Hurry")


def no_git(work: Work) -> None:
    """Have no repository."""
    shutil.rmtree(work.root / ".git")


def published(work: Work) -> None:
    """Have a remote, and a teammate with a clone of it."""
    work.publish()


def release_branch(work: Work) -> None:
    """Have a second branch."""
    work.git("branch", "release")


def tracked_settings(work: Work) -> None:
    work.write("local_settings.py", "DEBUG = False\n")
    work.git("add", "--force", "local_settings.py")
    work.commit("Add the settings")


def with_submodule(work: Work) -> None:
    library = work.folder / "library"
    library.mkdir()
    work.git("init", "--quiet", "--initial-branch", "main", at=library)
    (library / "lib.txt").write_text("a library\n")
    work.git("add", "lib.txt", at=library)
    work.git("commit", "--quiet", "--message", "Begin", at=library)
    allow = ("-c", "protocol.file.allow=always")
    work.git(*allow, "submodule", "--quiet", "add", str(library), "vendor/lib")
    work.commit("Take in the library")
