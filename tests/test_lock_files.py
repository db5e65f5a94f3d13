"""Versions of packages, as the lock files and builds of more stacks name them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.test_deciders import decided

if TYPE_CHECKING:
    from pathlib import Path

FILES = {
    "mix.lock": '%{\n  "phoenix": {:hex, :phoenix, "1.7.10", "02189140", [:mix]},\n}\n',
    "build.sbt": 'libraryDependencies += "org.playframework" %% "phoenix" % "1.7.10" % Test\n',
    "project/Dependencies.scala": '  val play = "org.x" % "phoenix" % "1.7.10"\n',
    "Package.resolved": '{"pins": [{"identity": "phoenix", "state": {"version": "1.7.10"}}]}\n',
    "sub/Package.resolved": '{"object": {"pins": [{"package": "Phoenix", "state":'
    ' {"version": "1.7.10"}}]}}\n',
}


@pytest.mark.parametrize("file", FILES)
@pytest.mark.parametrize(("version", "outcome"), [("1.7.10", "confirmed"), ("1.6.2", "refuted")])
def test_a_version_is_that_of_the_lock_file(
    tmp_path: Path, file: str, version: str, outcome: str
) -> None:
    claim = {"kind": "dependency", "name": "phoenix", "version": version}
    report = {"findings": [{"claims": [claim], "evidence": []}]}
    rows = decided(tmp_path, report, {file: FILES[file]})
    assert [told for kind, told, _ in rows if kind == "dependency"] == [outcome]
