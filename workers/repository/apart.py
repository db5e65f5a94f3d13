"""Work in a child process with limits: what kills it or takes for ever leaves its caller alive.

A parser in C can die of a text that nobody thought of, and take its process with it. A fork costs
a millisecond or two; nothing is imported twice. The child has no files open but its answer and
the three streams, so that it holds no lock that its caller holds.
"""

from __future__ import annotations

import contextlib
import gc
import os
import pickle
import resource
import select
import signal
import sys
import time
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeVar

from sessions.errors import WaggleError

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import NoReturn

Cause = Literal["crashed", "time", "memory", "raised"]
_CHUNK = 1 << 16
_PR_SET_PDEATHSIG = 1
# What a process dies of by its own doing; all else was sent to it from outside.
_FAULTS = frozenset(
    {signal.SIGSEGV, signal.SIGBUS, signal.SIGABRT, signal.SIGILL, signal.SIGFPE, signal.SIGSYS}
)

T = TypeVar("T")


class Allowance(NamedTuple):
    """What a child may take: seconds of CPU and by the clock, bytes of address space."""

    cpu_seconds: int
    seconds: float
    memory_bytes: int


class Died(Exception):
    """A child ended without an answer: of what cause, and how in detail."""

    def __init__(self, cause: Cause, detail: str) -> None:
        """Take both."""
        super().__init__(cause, detail)
        self.cause = cause
        self.detail = detail


def apart(work: Callable[[], T], allowed: Allowance, *, leads: bool = False) -> T:
    """Return what `work` returns when a child process does it.

    `leads` makes the child the leader of a group, so that what it starts ends with it. Raises Died
    when it gives no answer, and what `work` raises of WaggleError, OSError and ImportError.
    """
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        _work(work, allowed, writing, leads=leads)
    os.close(writing)
    ended = False
    try:
        answer = _read(reading, time.monotonic() + allowed.seconds)
        if answer is None:
            raise Died("time", f"took over {allowed.seconds:g} s")
        status = os.waitpid(child, 0)[1]
        ended = True
    finally:
        os.close(reading)
        if not ended:  # also when this process is told to end
            _kill(child, leads=leads)
    try:  # a whole answer counts, however its writer ended afterwards
        kind, value = pickle.loads(answer)  # noqa: S301 - written by this very program
    except (EOFError, pickle.UnpicklingError):
        raise _died(status, allowed) from None
    if kind == "raised":
        raise value
    result: T = value
    return result


def _read(reading: int, end: float) -> bytes | None:
    """Return all that comes before the end of the stream, None if it does not end in time."""
    chunks: list[bytes] = []
    while (left := end - time.monotonic()) > 0:
        if not select.select([reading], [], [], left)[0]:
            break
        chunk = os.read(reading, _CHUNK)
        if not chunk:
            return b"".join(chunks)
        chunks.append(chunk)
    return None


def _kill(child: int, *, leads: bool) -> None:
    with contextlib.suppress(OSError):
        os.kill(child, signal.SIGKILL)
    if leads:
        with contextlib.suppress(OSError):
            os.killpg(child, signal.SIGKILL)
    with contextlib.suppress(OSError):
        os.waitpid(child, 0)


def _died(status: int, allowed: Allowance) -> Died:
    if not os.WIFSIGNALED(status):
        return Died("crashed", f"ended with {os.waitstatus_to_exitcode(status)} and no answer")
    number = os.WTERMSIG(status)
    name = signal.Signals(number).name
    if number == signal.SIGXCPU:
        return Died("time", f"took over {allowed.cpu_seconds} s of CPU time")
    if number in _FAULTS:
        return Died("crashed", f"died of {name}")
    # The kernel kills what takes too much memory, and what goes on after SIGXCPU.
    return Died("memory", f"was ended by {name}")


def _work(work: Callable[[], Any], allowed: Allowance, writing: int, *, leads: bool) -> NoReturn:
    """Do the work in the child, answer, and end without what a process does at its end."""
    gc.freeze()  # what is there stays, and is shared with the caller as long as nobody looks at it
    code = 70
    try:
        _confine(allowed, writing, leads=leads)
        try:
            answer = pickle.dumps(("returned", _on_one_chunk(work)))
        except (WaggleError, Died, OSError, ImportError) as error:
            answer = pickle.dumps(("raised", error))
        except MemoryError:
            died = Died("memory", f"took over {allowed.memory_bytes >> 20:,} MiB of memory")
            answer = pickle.dumps(("raised", died))
        except Exception as error:  # noqa: BLE001 - the caller says that it failed, and how
            answer = pickle.dumps(("raised", Died("raised", _where(error))))
        view = memoryview(answer)
        while view:
            view = view[os.write(writing, view) :]
        code = 0
    finally:
        os._exit(code)


def _on_one_chunk(work: Callable[[], T]) -> T:
    return work()


# CPython keeps frames in chunks of 16 KiB, and asks the kernel for the next one each time that a
# call crosses the end of one: in a loop there, thousands of times. A frame that says it is large
# gets a chunk of 1 MiB, and what it calls has the rest.
_on_one_chunk.__code__ = _on_one_chunk.__code__.replace(co_stacksize=70_000)


def _where(error: BaseException) -> str:
    """Return the kind of an error and where it was raised: its text may hold what was judged."""
    last = error.__traceback__
    while last is not None and last.tb_next is not None:
        last = last.tb_next
    if last is None:
        return type(error).__name__
    code = last.tb_frame.f_code
    return f"{type(error).__name__} in {os.path.basename(code.co_filename)}:{last.tb_lineno}"  # noqa: PTH119


def _confine(allowed: Allowance, writing: int, *, leads: bool) -> None:
    if leads:
        os.setpgid(0, 0)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGXCPU):
        signal.signal(number, signal.SIG_DFL)
    _end_with_the_caller()
    _close_all_but(writing)
    for what, soft, hard in (
        (resource.RLIMIT_CORE, 0, 0),
        (resource.RLIMIT_CPU, allowed.cpu_seconds, allowed.cpu_seconds + 1),
        (resource.RLIMIT_AS, allowed.memory_bytes, allowed.memory_bytes),
    ):
        known = resource.getrlimit(what)[1]
        most = hard if known == resource.RLIM_INFINITY else min(hard, known)
        with contextlib.suppress(OSError, ValueError):  # macOS has no limit of address space
            resource.setrlimit(what, (min(soft, most), most))


def _end_with_the_caller() -> None:
    """Let the kernel end the child when its caller is killed; elsewhere its limits do, later."""
    if sys.platform.startswith("linux"):
        import ctypes

        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def _close_all_but(writing: int) -> None:
    try:
        known = [int(name) for name in os.listdir("/dev/fd")]  # noqa: PTH208 - names are wanted
    except (OSError, ValueError):
        known = list(range(3, 256))
    for number in known:
        if number > 2 and number != writing:
            with contextlib.suppress(OSError):
                os.close(number)
