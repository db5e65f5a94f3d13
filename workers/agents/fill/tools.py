"""The tools of an agent that changes code: it edits by what stands there, and has no shell.

Names, arguments and docstrings are what every request pays for: they are short.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from sessions.errors import WaggleError
from workers.agents.fill.proofs import Proofs, run_proofs
from workers.agents.fill.tree import Replacement

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic_ai import Tool

    from workers.agents.fill.tree import Tree


@contextmanager
def _telling() -> Iterator[None]:
    """Tell an agent what is wrong: it may try something else."""
    from pydantic_ai.exceptions import ToolFailed

    try:
        yield
    except WaggleError as error:
        raise ToolFailed(f"{error.message}. {error.hint}") from None


def changing_tools(tree: Tree, proofs: Proofs) -> list[Tool[None]]:
    """Return the tools, which run one after the other: each sees what the last one did."""
    from pydantic_ai import Tool

    def edit_file(
        path: str,
        old_text: str = "",
        new_text: str = "",
        replacements: list[Replacement] | None = None,
    ) -> str:
        """Replace old_text, which must stand in the file exactly once; or several, in order."""
        single = [Replacement(old_text, new_text)] if old_text or new_text else []
        with _telling():
            return tree.edit(path, [*single, *(replacements or [])])

    def create_file(path: str, content: str) -> str:
        """Make a file that is not there yet."""
        with _telling():
            return tree.create(path, content)

    def delete_file(path: str) -> str:
        """Delete a file."""
        with _telling():
            return tree.delete(path)

    def rename_file(path: str, new_path: str) -> str:
        """Move a file to a path that is free."""
        with _telling():
            return tree.rename(path, new_path)

    async def prove(names: list[str] | None = None) -> str:
        """Run the owner's proofs by name, all without one, and record the results."""
        with _telling():
            return await run_proofs(proofs, names or [])

    listed: tuple[Any, ...] = (edit_file, create_file, delete_file, rename_file, prove)
    return [Tool(tool, takes_ctx=False, sequential=True) for tool in listed]
