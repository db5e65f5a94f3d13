"""The Queen's prompt as it is given: text, a file, standard input or what a shell opened."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sessions.errors import BadInput, NoPrompt, NotReadable, shown
from sessions.files import read_open, read_regular, read_stdin
from sessions.patterns import lazy_pattern
from sessions.session import PROMPT_BYTES

if TYPE_CHECKING:
    from sessions.session import Session

_OPEN_FILE = lazy_pattern(r"/dev/(?:fd/([0-9]{1,6})|stdin)|/proc/self/fd/([0-9]{1,6})")


def read_task(text: str | None, file: str | None) -> bytes | None:
    """Return the task's bytes from its text or file (`-` is standard input), None without either.

    Raises BadInput when it is empty or no text, NotReadable when the file cannot be taken.
    """
    if text is not None and file is not None:
        raise BadInput("both --task and --task-file are given", "Give one of them.")
    if text is not None:
        try:
            task = text.encode()
        except UnicodeEncodeError:
            raise BadInput(
                "the task contains bytes that are not UTF-8", "Give it with --task-file, as UTF-8."
            ) from None
    elif file is not None:
        task = _task_from(file)
    else:
        return None
    if len(task) > PROMPT_BYTES:
        raise BadInput(f"the task is larger than {PROMPT_BYTES:,} bytes", "Shorten it.")
    if not task.decode().strip():
        raise BadInput("the task is empty", "Say what the worker is to do.")
    return task


def task_of(session: Session, worker: str) -> str | None:
    """Return the task as it was given, None where it cannot be read: no report hangs on it."""
    try:
        data = read_regular(session.prompt_file(worker), PROMPT_BYTES)
    except (OSError, NotReadable):
        return None
    return data.decode("utf-8", "replace")


def _task_from(file: str) -> bytes:
    if file == "-":
        task = read_stdin(PROMPT_BYTES + 1)
        if len(task) > PROMPT_BYTES:
            raise NotReadable(
                f"the task on standard input is larger than {PROMPT_BYTES:,} bytes",
                "Shorten it: an agent has to read it.",
            )
    else:
        try:
            number = _OPEN_FILE.fullmatch(file)
            if number is not None:  # what a shell puts in the place of `<(command)`
                task = read_open(int(number[1] or number[2] or 0), PROMPT_BYTES)
            else:
                task = read_regular(Path(file), PROMPT_BYTES, follow=True)
        except FileNotFoundError:
            raise NoPrompt(
                f"the task file {shown(file)} does not exist", "Name a file, or give --task TEXT."
            ) from None
        except ValueError:  # a NUL in the name
            raise BadInput(f"the name {shown(file)} is no file name", "Name a file.") from None
    try:
        task.decode()
    except UnicodeDecodeError as error:
        raise NotReadable(
            f"the task is not UTF-8 at byte {error.start}", "Save it as UTF-8."
        ) from None
    return task
