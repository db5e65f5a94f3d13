"""Opening the engine: DBOS with SQLite in the session, or with the PostgreSQL that a user names."""

from __future__ import annotations

import hashlib
import logging
import os
import secrets
import socket
import sys
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, unquote, urlsplit

from sessions import settings
from sessions.addresses import passwords, without_user
from sessions.errors import BadInput, NoEngine, escaped, shown
from sessions.files import read_regular, write_atomic
from sessions.folders import make_own
from sessions.location import SESSIONS
from sessions.worktrees import sessions_home

if TYPE_CHECKING:
    from dbos import DBOS, DBOSClient

    from workers.fleet.unattended import Claimed
    from workers.fleet.workflows import Here

VARIABLE = "WAGGLE_ENGINE"
SQLITE, POSTGRESQL = "sqlite", "postgresql"
NAME = "waggle"
# Raised when a workflow's steps change: jobs of another version wait for `fleet retry`.
VERSION = "1"
_SCHEMES = ("postgresql", "postgres")
_ID_BYTES = 100
# SQLSTATE: no right to make or use them; no such schema, table, column.
_NO_TABLES = {"42501", "3F000", "42P01", "42703"}


def check_installed() -> None:
    """Raise NoEngine where the extra that runs plans is not installed."""
    if find_spec("dbos") is None:
        raise NoEngine(
            "running a plan needs the extra `fleet`",
            f'Run {sys.executable} -m pip install "dbos>=3.4,<4";'
            " or the workers one by one: WORKER --run.",
        )


def address(option: str | None) -> str | None:
    """Return the user's database; None for SQLite.

    As `--engine`, WAGGLE_ENGINE or the user's own configuration says, in this order. Raises
    BadInput for what is no PostgreSQL address.
    """
    url, source = (option, "--engine") if option else settings.engine()
    if url == SQLITE:
        return None
    url = str(url)
    try:
        parts = urlsplit(url)
        is_one = parts.scheme in _SCHEMES and bool(parts.hostname or parts.path) and "://" in url
        is_one = is_one and parts.port != 0  # one that is no number raises
        # With an @ or a / in it a password would end early, and its rest be printed as the host.
        is_one = is_one and url.partition("?")[0].count("@") < 2
    except ValueError:
        is_one = False
    if not is_one:
        what = source if option or source == VARIABLE else f"engine in {shown(source)}"
        raise BadInput(
            f"{what} is no address of a PostgreSQL database",
            "Give postgresql://USER@HOST:PORT/DATABASE (in a password @ is %40, and / is %2F), or"
            " leave it out for SQLite.",
        )
    return url


def digest(url: str) -> str:
    """Return what tells databases apart: a digest of host, port and name, without who logs in.

    As libpq reads them; it may be seen by whoever sees the session.
    """
    parts = urlsplit(url)
    named = dict(parse_qsl(parts.query))
    where = (
        named.get("host") or parts.hostname or os.environ.get("PGHOST") or "",
        named.get("port") or str(parts.port or "") or os.environ.get("PGPORT") or "5432",
        named.get("dbname") or unquote(parts.path)[1:] or os.environ.get("PGDATABASE") or "",
    )
    return hashlib.sha256("\0".join(where).encode()).hexdigest()[:16]


def queue_of(root: Path, name: str, *, make: bool) -> str:
    """Return the engine's name of a queue: that of one repository, whoever shares the database.

    All machines that see the repository's folder read the same id in it. Where it has none yet it
    is made; else raises BadInput.
    """
    file = sessions_home(root) / SESSIONS.parent / "fleet.id"
    with suppress(FileNotFoundError):
        return f"{name}@{_id_in(file)}"
    if not make:
        raise BadInput(
            "no fleet has worked for this repository yet",
            "Queue a plan with run --engine, or start a fleet worker."
            " `fleet status --remote NAME` shows the fleet of a remote.",
        )
    make_own(file.parent, sessions_home(root))
    drawn = file.with_name(f".fleet.{secrets.token_hex(4)}.tmp")
    write_atomic(drawn, f"{secrets.token_hex(8)}\n".encode())
    with suppress(FileExistsError):
        os.link(drawn, file)  # the first one counts
    drawn.unlink()
    return f"{name}@{_id_in(file)}"


def _id_in(file: Path) -> str:
    text = read_regular(file, _ID_BYTES).decode("ascii", "replace").strip()
    if not text.isalnum():
        raise BadInput(
            f"{escaped(str(file))} has no id in it", "Remove it; no fleet may be at work."
        )
    return text


def executor_name() -> str:
    """Return a name that no other process has, or had."""
    return f"{socket.gethostname()}.{os.getpid()}.{secrets.token_hex(4)}"


def launch(url: str, executor: str, here: Here, queues: list[str], lease: float) -> type[DBOS]:
    """Start the engine in this process; raises NoEngine where the database cannot be used.

    The tables are made where they are missing.
    """
    from dbos import DBOS
    from sqlalchemy.exc import SQLAlchemyError

    from workers.fleet import processes, workflows
    from workers.fleet.serializing import JsonSerializer, refuse_pickles

    _quiet()
    refuse_pickles()
    processes.open_up()
    workflows.work_as(here)
    config: dict[str, Any] = {
        "name": NAME,
        "system_database_url": url,
        "application_version": VERSION,
        "executor_id": executor,
        "serializer": JsonSerializer(),
        "log_level": "CRITICAL",
        "run_migrations": True,
        "notification_listener_polling_interval_sec": here.polling,
        "use_listen_notify": False,  # a connection the less, and no DDL that asks for rights
    }
    if not is_sqlite(url):
        from workers.fleet.leases import database

        config["system_database_engine"] = database(url, lease)
    try:
        DBOS(config=config)  # type: ignore[arg-type]
        DBOS.listen_queues(queues)
        DBOS.launch()
    except (SQLAlchemyError, OSError) as error:
        raise no_engine(url, error) from None
    return DBOS


def client(url: str) -> DBOSClient:
    """Return what looks into the engine from outside; raises NoEngine."""
    from dbos import DBOSClient
    from sqlalchemy.exc import SQLAlchemyError

    from workers.fleet.leases import database
    from workers.fleet.serializing import JsonSerializer, refuse_pickles

    _quiet()
    refuse_pickles()
    try:
        return DBOSClient(
            system_database_engine=database(url, 5.0),
            serializer=JsonSerializer(),
            application_name=NAME,
            retry_connection_errors=False,
        )
    except (SQLAlchemyError, OSError) as error:
        raise no_engine(url, error) from None


def no_engine(url: str, error: Exception) -> NoEngine:
    """Return what to say of a database that cannot be used, without its password."""
    cause = str(getattr(error, "orig", None) or error).strip().splitlines() or [""]
    reason = cause[0]
    for secret in passwords(url):
        reason = reason.replace(secret, "***")
    state = getattr(getattr(error, "orig", None), "sqlstate", None)
    hint = "Look at its server and at its address; `run --engine sqlite` needs none."
    if is_sqlite(url):
        hint = "Look at its disk, and at who may write there; the same command then goes on."
    elif state in _NO_TABLES:
        hint = (
            "Its tables are older, or missing: start one fleet worker with a role that has CREATE."
            " Or your role may not use them: GRANT it the schemas dbos and waggle, their tables and"
            " sequences."
        )
    what = f"the database {without_user(url)} cannot be used: {escaped(reason[:200])}"
    return NoEngine(what, hint)


def queue_again(claimed: Claimed) -> None:
    """Let a workflow that nobody does any more be taken again."""
    from dbos import DBOS

    DBOS.resume_workflow(claimed.id, queue_name=claimed.queue)


def is_sqlite(url: str) -> bool:
    """Tell whether an address is that of a SQLite file."""
    return url.startswith("sqlite:")


def _quiet() -> None:
    """Keep the engine's own log to itself: what matters of it is said by us, or an event."""
    logging.getLogger("dbos").setLevel(logging.CRITICAL)


def make_tables(url: str) -> None:
    """Make the engine's tables; workers do so when they start, too."""
    from dbos import DBOS

    from workers.fleet.phases import Executor
    from workers.fleet.workflows import Here

    nobody = Executor("nobody", Path(), Path(), lambda: False)
    launch(url, nobody.id, Here(nobody, 1.0), [], 5.0)
    DBOS.destroy()
