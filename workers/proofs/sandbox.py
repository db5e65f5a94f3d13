"""A box for a command: bubblewrap where it really starts; else none, and the record says so.

Inside, everything is read only but the copy, which stands where the user's tree stands, and private
folders for /tmp, the home and shared memory. Homes, /run and the like are empty there but for the
tools that the PATH names: no key, no login, no socket of a daemon. There is no network but a
loopback of its own, and no process but what the command started.
"""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import NamedTuple

BUBBLEWRAP, NONE = "bubblewrap", "none"
_PROBE_SECONDS = 10
# Variables that are handed on: where tools are, and how text is written. No other is.
_PASSED = (
    *("PATH", "LANG", "LANGUAGE", "TZ", "USER", "LOGNAME", "VIRTUAL_ENV", "JAVA_HOME", "GOROOT"),
    *("GOPATH", "GOMODCACHE", "GOFLAGS", "DOTNET_ROOT", "MAVEN_HOME", "M2_HOME", "PYENV_VERSION"),
    *("CARGO_HOME", "RUSTUP_HOME", "RUSTUP_TOOLCHAIN", "NVM_DIR", "PYENV_ROOT", "VOLTA_HOME"),
    *("SDKMAN_DIR", "RBENV_ROOT", "GEM_HOME", "GEM_PATH", "BUNDLE_PATH", "COREPACK_HOME"),
    *("SSL_CERT_FILE", "NIX_SSL_CERT_FILE", "LD_LIBRARY_PATH", "SOURCE_DATE_EPOCH"),
)
# Of a home: tools and what they have fetched. Logins lie elsewhere, or are hidden by _LOGINS.
_TOOLS = (
    *(".cargo", ".rustup", ".nvm", ".pyenv", ".rbenv", ".rvm", ".asdf", ".volta", ".sdkman"),
    *(".bun", ".deno", ".fnm", ".nodenv", ".goenv", ".jenv", ".dotnet", ".gem", ".bundle/cache"),
    *("go/pkg", "go/bin", ".m2/repository", ".m2/wrapper", ".gradle/caches", ".gradle/wrapper"),
    *(".npm/_cacache", ".local/bin", ".local/lib", ".local/share/uv", ".local/share/mise"),
    *(".local/share/pnpm", ".local/share/pipx", ".local/share/fnm", ".local/share/virtualenvs"),
    *(".nuget/packages", ".composer/vendor", ".config/composer/vendor", ".nix-profile"),
    *(".virtualenvs", ".conda/envs", "miniconda3", "anaconda3", "miniforge3", ".juliaup"),
)
_LOGINS = (".cargo/credentials", ".cargo/credentials.toml", ".gem/credentials")
# The variables by which tools are told where theirs is, when the home is another one.
_PLACES = {
    "CARGO_HOME": ".cargo",
    "RUSTUP_HOME": ".rustup",
    "GOMODCACHE": "go/pkg/mod",
    "PYENV_ROOT": ".pyenv",
    "NVM_DIR": ".nvm",
    "VOLTA_HOME": ".volta",
    "RBENV_ROOT": ".rbenv",
}
_HIDDEN = ("/tmp", "/var/tmp", "/run")  # noqa: S108 - what is hidden
_STANDARD_PATH = "/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin"


class Link(NamedTuple):
    """A folder of the user's that a run may read: where it is seen, relative to the top, and is."""

    path: str
    real: Path


class Place(NamedTuple):
    """Where a run takes place: the copy, what it stands for, and the private folder beside it.

    `top` is the user's work tree; `borrowed` are folders of objects, seen below the copy's `.git`.
    """

    copy: Path
    top: Path
    private: Path
    links: tuple[Link, ...] = ()
    borrowed: tuple[Path, ...] = ()


def kind() -> str:
    """Return which box there is, `bubblewrap` or `none`; it is tried once."""
    return BUBBLEWRAP if _program() else NONE


def words(place: Place, command: str, cwd: str, *, network: bool = False) -> list[str]:
    """Return the words that run a command of the shell in the box, or without one.

    `cwd` is relative to the top.
    """
    program = _program()
    if program is None:
        return ["/bin/sh", "-c", command]
    return [
        *_box(program, place, network=network),
        *("--chdir", str(place.top / cwd)),
        *("--", "/bin/sh", "-c", command),
    ]


def variables(place: Place) -> dict[str, str]:
    """Return the environment of a run: what tools need to be found, and nothing secret."""
    passed = {name: value for name, value in os.environ.items() if name in _PASSED}
    passed |= {name: value for name, value in os.environ.items() if name.startswith("LC_")}
    passed.setdefault("PATH", _STANDARD_PATH)
    in_box = kind() != NONE
    homes = _homes()
    shown = Path("/tmp") if in_box else place.private / "tmp"  # noqa: S108 - a folder of its own
    own = {
        "HOME": str(homes[0] if in_box and homes else place.private / "home"),
        "TMPDIR": str(shown),
        "TERM": "dumb",
        "CI": "1",
        "WAGGLE_PROOF": "1",
        "WAGGLE_JUNIT": str(shown / "waggle-junit.xml"),
        "WAGGLE_METRICS": str(shown / "waggle-metrics.json"),
    }
    if in_box:
        return passed | own
    return _of_tools(homes) | _moved(place, passed) | own


def _of_tools(homes: list[Path]) -> dict[str, str]:
    """Return where tools are that would be looked for in the home, which is another one now."""
    places = {
        name: str(home / folder)
        for name, folder in _PLACES.items()
        for home in homes
        if (home / folder).is_dir()
    }
    return {name: place for name, place in places.items() if name not in os.environ}


def _moved(place: Place, passed: dict[str, str]) -> dict[str, str]:
    """Return variables whose paths below the user's tree are those of the copy."""
    inside = f"{place.top}/"
    moved = dict(passed)
    for name in {"PATH", "VIRTUAL_ENV"} & passed.keys():
        entries = [
            f"{place.copy}/{entry.removeprefix(inside)}" if entry.startswith(inside) else entry
            for entry in passed[name].split(":")
        ]
        moved[name] = ":".join(entries)
    return moved


@cache
def _program() -> str | None:
    """Return the program that makes boxes, if one of it really starts here."""
    if not sys.platform.startswith("linux"):
        return None
    program = shutil.which("bwrap")
    if program is None or not program.startswith("/"):
        return None
    import tempfile

    with tempfile.TemporaryDirectory(prefix="waggle-probe-") as folder:
        base = Path(folder).resolve()
        for name in ("copy", "top", *_PRIVATE):
            (base / name).mkdir()
        place = Place(base / "copy", base / "top", base)
        try:
            run = subprocess.run(  # noqa: S603 - fixed words
                [*_box(program, place, network=False), "--", "/bin/sh", "-c", "true"],
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=_PROBE_SECONDS,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired):
            return None
    return program if run.returncode == 0 else None


_PRIVATE = ("tmp", "vartmp", "home", "shm", "run")


def make_private(folder: Path) -> None:
    """Make the folders that a run has for itself."""
    for name in _PRIVATE:
        (folder / name).mkdir(mode=0o700)


def _box(program: str, place: Place, *, network: bool) -> list[str]:
    """Return bubblewrap's words: what is mounted later lies over what was mounted before."""
    return [
        *(program, "--unshare-user", "--unshare-pid", "--unshare-ipc", "--unshare-uts"),
        *("--unshare-cgroup-try", *([] if network else ["--unshare-net"])),
        *("--die-with-parent", "--new-session", "--cap-drop", "ALL"),
        *("--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc"),
        *("--bind", f"{place.private / 'shm'}", "/dev/shm", "--remount-ro", "/dev"),  # noqa: S108
        *_hiding(place, network=network),
        *("--bind", str(place.copy), str(place.top)),
        *_lending(place),
    ]


def _hiding(place: Place, *, network: bool) -> list[str]:
    private = place.private
    listed = [
        *("--bind", f"{private / 'tmp'}", "/tmp"),  # noqa: S108
        *("--bind", f"{private / 'vartmp'}", "/var/tmp"),  # noqa: S108
        *("--bind", f"{private / 'run'}", "/run"),
    ]
    if Path("/run/current-system").exists():
        listed += ["--ro-bind", "/run/current-system", "/run/current-system"]
    names = os.path.realpath("/etc/resolv.conf")
    if network and names.startswith("/run/") and Path(names).is_file():
        listed += ["--ro-bind", names, names]
    for home in _homes():
        listed += ["--bind", f"{private / 'home'}", str(home)]
        for tool in _TOOLS:
            if (home / tool).is_dir():
                listed += ["--ro-bind", str(home / tool), str(home / tool)]
    for folder in _named_by_path(place):
        listed += ["--ro-bind", str(folder), str(folder)]
    logins = [home / login for home in _homes() for login in _LOGINS]
    for login in logins:
        if login.is_file():
            listed += ["--ro-bind", os.devnull, str(login)]
    return listed


def _lending(place: Place) -> list[str]:
    listed: list[str] = []
    for number, objects in enumerate(place.borrowed):
        listed += ["--ro-bind", str(objects), f"{place.top}/.git/borrowed/{number}"]
    for link in place.links:
        listed += ["--ro-bind", str(link.real), str(place.top / link.path)]
    return listed


def _homes() -> list[Path]:
    """Return the user's homes: what HOME says, and what the system knows."""
    named = [os.environ.get("HOME", "")]
    with contextlib.suppress(KeyError):
        named.append(pwd.getpwuid(os.getuid()).pw_dir)
    real = (Path(os.path.realpath(name)) for name in named if name.startswith("/"))
    return [home for home in dict.fromkeys(real) if home.is_dir() and home != Path("/")]


def _named_by_path(place: Place) -> list[Path]:
    """Return what is hidden but needed: what PATH, VIRTUAL_ENV and lent environments point to."""
    entries = [Path(entry) for entry in os.environ.get("PATH", "").split(":") if entry[:1] == "/"]
    environments = [link.real for link in place.links]
    if os.environ.get("VIRTUAL_ENV", "").startswith("/"):
        environments.append(Path(os.environ["VIRTUAL_ENV"]))
    wanted = [*environments, *map(_whole, entries)]
    for folder in tuple(wanted):
        wanted += _interpreter_of(folder)
    hidden = [*map(Path, _HIDDEN), *_homes()]
    return sorted(folder for folder in set(wanted) if _is_lost(folder, hidden, place))


def _is_lost(folder: Path, hidden: list[Path], place: Place) -> bool:
    """Tell whether the box would hide a folder; what is around the copy or in it is not meant."""
    for own in (place.top, place.private, place.copy):
        if own.is_relative_to(folder) or folder.is_relative_to(own):
            return False
    is_hidden = any(folder.is_relative_to(around) for around in hidden)
    return is_hidden and folder not in hidden and folder.is_dir()


def _whole(entry: Path) -> Path:
    """Return the folder of a program with its libraries; of a home, only the programs."""
    homes = _homes()
    is_shared = entry.parent in homes or entry.parent in {home / ".local" for home in homes}
    return entry.parent if entry.name in {"bin", "sbin", "Scripts"} and not is_shared else entry


def _interpreter_of(folder: Path) -> list[Path]:
    """Return where the interpreter of a virtual environment of Python lives."""
    try:
        lines = (folder / "pyvenv.cfg").read_text("utf-8", "replace")[:4096].splitlines()
    except OSError:
        return []
    named = [line.partition("=")[2].strip() for line in lines if line.startswith("home")]
    return [_whole(Path(name)) for name in named if name.startswith("/")]
