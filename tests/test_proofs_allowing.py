"""Whose commands run: what a sandbox holds, what the user allowed; none allows itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from sessions.errors import Damaged
from workers.proofs.allowing import allow, allowed, allowed_file, is_allowed
from workers.proofs.definitions import Proof

PROOF = Proof("tests", "pytest -q")


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))


def test_a_sandbox_without_network_is_enough() -> None:
    assert is_allowed(PROOF, sandbox_works=True)
    assert not is_allowed(PROOF._replace(network=True), sandbox_works=True)
    assert not is_allowed(PROOF, sandbox_works=False)


def test_the_user_allows_a_definition_and_no_other() -> None:
    allow(PROOF.digest)
    allow(PROOF._replace(name="other").digest)
    assert is_allowed(PROOF, sandbox_works=False)
    assert not is_allowed(PROOF._replace(run="pytest"), sandbox_works=False)
    assert len(allowed()) == 2
    assert allowed_file().stat().st_mode & 0o077 == 0


def test_the_environment_allows_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WAGGLE_ALLOW_PROOFS", "1")
    assert is_allowed(PROOF, sandbox_works=False)
    monkeypatch.setenv("WAGGLE_ALLOW_PROOFS", "0")
    assert not is_allowed(PROOF, sandbox_works=False)


@pytest.mark.parametrize("text", ["", "[]", '{"allowed": []}', "[" * 100_000])
def test_a_damaged_list_allows_nothing(text: str) -> None:
    allowed_file().parent.mkdir(parents=True)
    allowed_file().write_text(text)
    with pytest.raises(Damaged, match="does not list"):
        is_allowed(PROOF, sandbox_works=False)
    assert is_allowed(PROOF, sandbox_works=True)
