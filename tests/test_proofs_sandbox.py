"""What a proof may reach: its copy, and nothing else where a sandbox works; each really tried."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.proving import Work, work
from workers.proofs import sandbox
from workers.proofs.definitions import command

boxed = pytest.mark.skipif(sandbox.kind() == sandbox.NONE, reason="no bubblewrap starts here")


@pytest.fixture
def repository(tmp_path: Path) -> Work:
    made = work(tmp_path, {"a.txt": "a\n"})
    (made.root / "out").symlink_to(tmp_path / "outside")
    (tmp_path / "outside").mkdir()
    return made


@pytest.fixture
def _no_box(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    """Every program of the system but the one that makes boxes."""
    folder = tmp_path_factory.mktemp("bin")
    for place in ("/usr/bin", "/bin", "/usr/local/bin"):
        for name in os.listdir(place):  # noqa: PTH208 - names
            if name != "bwrap" and not os.path.lexists(folder / name):
                (folder / name).symlink_to(Path(place, name))
    monkeypatch.setenv("PATH", str(folder))
    sandbox._program.cache_clear()
    yield
    sandbox._program.cache_clear()


def run(made: Work, text: str, seconds: int = 30) -> str:
    """Run a command and return what it printed."""
    record = made.prove(command(text, seconds))
    assert record.sandbox == sandbox.kind()
    return made.printed


@boxed
@pytest.mark.parametrize(
    "place",
    [
        "{root}/../escaped",
        "out/escaped",
        "/proc/1/root{root}/../escaped",
        "/proc/self/root{home}/escaped",
        "{home}/.bashrc",
        "/etc/escaped",
        "/usr/local/escaped",
        "/proc/sys/kernel/core_pattern",
        "/proc/sysrq-trigger",
        "/sys/kernel/uevent_helper",
        "/dev/escaped",
        "{cache}/waggle/escaped",
    ],
)
def test_nothing_is_written_outside(
    repository: Work, place: str, tmp_path: Path, cache_home: Path
) -> None:
    home = Path("~").expanduser()
    path = place.format(root=repository.root, home=home, cache=cache_home)
    before = {
        file: file.stat().st_mtime_ns for file in (home, tmp_path, Path("/etc")) if file.exists()
    }
    bashrc = home / ".bashrc"
    text = bashrc.read_bytes() if bashrc.exists() else None
    pattern = Path("/proc/sys/kernel/core_pattern").read_text()
    run(repository, f"echo escaped > {path}; mkdir -p {path}.d; rm -rf {repository.root}/a.txt")
    assert (bashrc.read_bytes() if bashrc.exists() else None) == text
    assert Path("/proc/sys/kernel/core_pattern").read_text() == pattern
    assert not list(tmp_path.glob("escaped*"))
    assert not list((tmp_path / "outside").iterdir())
    for outside in ("/etc", "/usr/local", "/dev", str(home)):
        assert not list(Path(outside).glob("escaped*"))
    assert not list((cache_home / "waggle").glob("escaped*"))
    assert (repository.root / "a.txt").read_text() == "a\n"
    changed = {file for file, time in before.items() if file.stat().st_mtime_ns != time}
    assert changed <= {tmp_path}  # where the test's own output goes


@boxed
@pytest.mark.parametrize(
    "text",
    [
        "umount {root}; touch {root}/escaped",
        "unshare -Urm sh -c 'umount -l {root} || umount {root}; touch {root}/escaped'",
        "unshare -Urm sh -c 'mount -o remount,rw /; mount -o bind,rw,remount /etc; >/etc/escaped'",
        "unshare -Urmn sh -c 'mount -t tmpfs x /mnt; mount --bind / /mnt; touch /mnt/etc/escaped'",
        "nsenter -t 1 -m touch /etc/escaped; nsenter -t {pid} -m -p touch /etc/escaped",
        "mknod disk b 254 0 && dd if=disk bs=1 count=1 && echo read-the-disk",
        "kill -9 {pid}; kill -9 -1",
        "ln -s / up; touch up/etc/escaped; ln {root}/../other.txt hard && echo escaped >> hard",
    ],
)
def test_no_trick_of_the_system_leads_out(repository: Work, text: str, tmp_path: Path) -> None:
    (tmp_path / "other.txt").write_text("other")
    record = repository.prove(command(text.format(root=repository.root, pid=os.getpid()), 20))
    assert record.sandbox == sandbox.BUBBLEWRAP
    assert not Path("/etc/escaped").exists()
    assert not (repository.root / "escaped").exists()
    assert "read-the-disk" not in repository.printed.partition("\n")[2]
    assert (tmp_path / "other.txt").read_text() == "other"


@boxed
def test_the_copy_stands_where_the_tree_stands(repository: Work) -> None:
    printed = run(repository, "pwd; cat a.txt; echo b > a.txt; cat $PWD/a.txt; touch new; ls")
    assert f"{repository.root}\na\nb\n" in printed
    assert not (repository.root / "new").exists()


@boxed
def test_no_way_leads_out_of_the_network(repository: Work) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        program = (
            "import socket\n"
            "own = socket.create_server(('127.0.0.1', 0))\n"
            "socket.create_connection(own.getsockname(), 2); print('own loopback')\n"
            f"for place in (('127.0.0.1', {port}), ('1.1.1.1', 53), ('10.0.0.1', 80)):\n"
            "    try:\n"
            "        socket.create_connection(place, 2); print('reached', place)\n"
            "    except OSError as error: print('refused', place)\n"
        )
        repository.write({"try.py": program})
        printed = run(repository, f"{sys.executable} try.py")
        assert "own loopback" in printed
        assert printed.count("refused") == 3
        assert "reached" not in printed
        server.settimeout(0.1)
        with pytest.raises(TimeoutError):
            server.accept()


@boxed
def test_sockets_of_daemons_are_not_there(repository: Work, tmp_path: Path) -> None:
    place = tmp_path / "daemon.sock"
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(place))
        server.listen()
        program = f"import socket; socket.socket(socket.AF_UNIX).connect({str(place)!r})"
        printed = run(repository, f'{sys.executable} -c "{program}"; ls -A /run')
        assert "No such file" in printed or "FileNotFoundError" in printed


@boxed
def test_homes_are_empty_but_for_tools(
    repository: Work, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    for name in (".ssh/id", ".aws/credentials", ".config/gh/hosts.yml", ".netrc"):
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).write_text("top-secret-words")
    (home / ".cargo" / "bin").mkdir(parents=True)
    (home / ".cargo" / "credentials.toml").write_text("top-secret-words")
    (home / ".cargo" / "bin" / "tool").write_text("#!/bin/sh\necho tool runs\n")
    (home / ".cargo" / "bin" / "tool").chmod(0o755)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("PATH", f"{home}/.cargo/bin:{os.environ['PATH']}")
    printed = run(
        repository, "tool; cat ~/.cargo/credentials.toml; find ~ -type f; grep -rs top-secret ~"
    )
    assert "tool runs" in printed
    assert "top-secret" not in printed.partition("\n")[2]
    assert ".ssh" not in printed
    assert ".aws" not in printed
    printed = run(repository, "echo x > ~/.cargo/bin/tool; echo y > ~/.profile")
    assert "tool runs" in (home / ".cargo" / "bin" / "tool").read_text()
    assert not (home / ".profile").exists()


@boxed
def test_processes_of_others_are_not_seen(repository: Work) -> None:
    printed = run(repository, f"ls -d /proc/[0-9]* | wc -l; kill -0 {os.getpid()} && echo seen")
    assert "seen" not in printed.partition("\n")[2]


def test_the_environment_holds_no_secret(repository: Work, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MY_TOKEN", "swordfish-swordfish")
    monkeypatch.setenv("DATABASE_URL", "postgres://u:hunter22@db/x")
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    printed = run(repository, "env; cat /proc/self/environ | tr '\\0' '\\n'")
    for word in ("swordfish", "hunter22", "MY_TOKEN", "DATABASE_URL"):
        assert word not in printed
    for word in ("CI=1", "TERM=dumb", "LC_ALL=C.UTF-8", "WAGGLE_JUNIT="):
        assert word in printed


def test_what_is_lent_is_read_only_or_a_copy(repository: Work) -> None:
    folder = repository.root / "node_modules"
    (folder / "pkg").mkdir(parents=True)
    (folder / "pkg" / "index.js").write_text("ours")
    (repository.root / "elsewhere").mkdir()
    real = repository.root.parent / "real"
    (real / "bin").mkdir(parents=True)
    (real / "bin" / "run").write_text("ours")
    (repository.root / ".venv").symlink_to(real)
    proof = command(
        "cat node_modules/pkg/index.js .venv/bin/run; echo mine > node_modules/pkg/index.js;"
        " echo mine > .venv/bin/run; touch node_modules/new; rm -rf .venv/bin; ls elsewhere",
        link=["node_modules", ".venv", "absent", "a.txt"],
    )
    made = repository.prove(proof)
    assert "oursours" in repository.printed
    assert made.sandbox == sandbox.kind()
    assert (folder / "pkg" / "index.js").read_text() == "ours"
    assert (real / "bin" / "run").read_text() == "ours"
    assert not (folder / "new").exists()


def test_a_tracked_folder_is_not_lent_over(tmp_path: Path) -> None:
    made = work(tmp_path, {"vendor/a.txt": "tracked\n"})
    (made.root / "vendor" / "b.txt").write_text("new\n")
    made.prove(command("cat vendor/*", link=["vendor"]))
    assert "tracked\nnew\n" in made.printed


@pytest.mark.usefixtures("_no_box")
class TestWithoutABox:
    def test_the_record_says_so(self, repository: Work) -> None:
        record = repository.prove(command("cat a.txt; pwd"))
        assert (record.sandbox, record.status, record.isolated) == ("none", "passed", True)
        assert f"\n{repository.root}\n" not in repository.printed

    def test_the_environment_holds_no_secret_either(
        self, repository: Work, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        test_the_environment_holds_no_secret(repository, monkeypatch)

    def test_what_is_lent_is_a_copy(self, repository: Work) -> None:
        test_what_is_lent_is_read_only_or_a_copy(repository)

    def test_an_installation_that_leads_back_is_recorded(self, repository: Work) -> None:
        site = repository.root / ".venv" / "lib" / "python3.12" / "site-packages"
        site.mkdir(parents=True)
        (repository.root / ".venv" / "pyvenv.cfg").write_text("home = /usr/bin\n")
        proof = command("true", link=[".venv"])
        assert repository.prove(proof).isolated
        (site / "mine.pth").write_text(f"{repository.root}/src\n")
        assert not repository.prove(proof).isolated
        (site / "mine.pth").write_text(f"{repository.root}-other/src\n")
        assert repository.prove(proof).isolated

    def test_links_of_packages_that_lead_back_are_recorded(self, repository: Work) -> None:
        (repository.root / "node_modules" / "@me").mkdir(parents=True)
        proof = command("true", link=["node_modules"])
        (repository.root / "node_modules" / "@me" / "x").symlink_to(repository.root / "packages")
        assert not repository.prove(proof).isolated

    def test_what_the_path_names_in_the_tree_is_looked_for_in_the_copy(
        self, repository: Work, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        repository.write({"bin/tool": "#!/bin/sh\necho $0\n"})
        (repository.root / "bin" / "tool").chmod(0o755)
        monkeypatch.setenv("PATH", f"{repository.root}/bin:{os.environ['PATH']}")
        sandbox._program.cache_clear()
        repository.prove(command("tool"))
        assert "/waggle/copies/" in repository.printed


@boxed
@pytest.mark.parametrize("below", ["", "service"])
def test_a_linked_environment_imports_the_copy(tmp_path: Path, below: str) -> None:
    """One that can be edited names the user's tree; in the box the copy stands there."""
    prefix = f"{below}/" if below else ""
    made = work(tmp_path, {f"{prefix}src/mine.py": "said = 'base'\n"}, below=below)
    venv = made.root / ".venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", venv], check=True)
    (site,) = venv.glob("lib/python*/site-packages")
    (site / "mine.pth").write_text(f"{made.root}/src\n")
    made.write({"src/mine.py": "said = 'now'\n"})
    text = (
        ".venv/bin/python -c 'import mine; print(mine.said, mine.__file__)'; echo x > src/mine.py"
    )
    record = made.prove(command(text, link=[".venv"]))
    assert f"now {made.root}/src/mine.py" in made.printed
    assert record.isolated
    assert (made.root / "src" / "mine.py").read_text() == "said = 'now'\n"


@boxed
def test_an_environment_on_the_path_is_found_in_a_hidden_home(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    venv = home / ".virtualenvs" / "x"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", venv], check=True)
    (home / "secret.txt").write_text("top-secret-words")
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("PATH", f"{venv}/bin:{os.environ['PATH']}")
    monkeypatch.setenv("VIRTUAL_ENV", str(venv))
    made = work(tmp_path, {"a.txt": ""})
    made.prove(command("python -c 'import sys; print(sys.prefix)'; ls -A ~"))
    assert f"{venv}\n" in made.printed
    assert "secret.txt" not in made.printed
