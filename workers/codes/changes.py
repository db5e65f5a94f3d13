"""Codes W: what was changed and what was run, compared with what is reported."""

from __future__ import annotations

from workers.codes.code import Code

CODES: dict[str, Code] = {
    "W01": Code(
        "A change that is reported did not happen",
        "The file is as it was when the work began.",
        "modified `app/orders.py`, and no byte of it differs from the base",
        "only files that differ; commit, amend and rebase as you like, the base does not move",
    ),
    "W02": Code(
        "A change is of another kind than reported",
        "Who reads of a new file looks for no lost lines.",
        "added `app/orders.py`, which was there before",
        "modified `app/orders.py`",
    ),
    "W03": Code(
        "A file changed, and the report does not list it",
        "What nobody reports nobody reviews.",
        "`app/auth.py` differs from the base and is in no entry of `changes`",
        "an entry for it; or put it back; or `not_mine` with the reason",
    ),
    "W04": Code(
        "A file changed, and another worker may have changed it",
        "Another worker of the session has not reported yet.",
        "`web/app.ts` differs while the frontend worker is at work",
        "list it if it is yours; else it is judged when the other worker has reported",
        "warning",
    ),
    "W05": Code(
        "Nothing that is cited as implemented was added or changed",
        "What is implemented now stands on lines that were not there before.",
        '"status": "implemented", with evidence on lines that are as they were',
        "a citation of a line that you added or changed",
    ),
    "W06": Code(
        "Something reported as implemented is not new, or not there",
        "An endpoint counts when it is mounted, and a thing that was there before is not new.",
        "an implemented endpoint whose router is included nowhere",
        "mount it; or `existing` or `modified`, as it is",
    ),
    "W07": Code(
        "Something reported as removed is still there",
        "What is still served, or still declared, is not removed.",
        '"status": "removed" of an endpoint that the code still declares',
        "remove it, or report it as `existing` or `modified`",
    ),
    "W08": Code(
        "Something reported as modified was not changed",
        "It was there before, and a line of it differs now.",
        '"status": "modified", and no cited line differs from the base',
        "a citation of a line that you changed, or `existing`",
    ),
    "W09": Code(
        "A proof is reported that was never recorded",
        "A run counts when the program saw it.",
        "a command that was run in a shell of the agent's own",
        "run it by `prove`",
    ),
    "W10": Code(
        "A proof is of other files than those of now",
        "A run says something of the files that it saw.",
        "edit a file after the last `prove`",
        "run it again, as the last thing",
    ),
    "W11": Code(
        "A proof ended otherwise than reported",
        "Exit codes and counts are recorded where it runs.",
        '"passed": 14, recorded 12 passed and 2 skipped',
        "the recorded numbers",
    ),
    "W12": Code(
        "A commit that is reported is not one of this work",
        "It is in the repository, and was not at the base.",
        "a commit that was there before, or that is nowhere",
        "the commit as `git log` shows it, or no entry",
    ),
    "W13": Code(
        "The work is reported as done, and a required proof fails",
        "The owner decides by it whether the work is done.",
        '"status": "done" with a failing test suite',
        "repair it; or an outcome of `partial` or `blocked`, with the reason",
    ),
    "W14": Code(
        "A required proof was not run on these files",
        "The report of a change is accepted with the owner's proofs, not without them.",
        "--no-proofs, and no record for the files of now",
        "run the command that the hint names",
    ),
    "W15": Code(
        "The outcome does not fit its parts",
        "Done is done when every part that was asked for is.",
        '"status": "done" with a part that is `not_done`, or a part of the task left out',
        "each part with its status, and a reason where something is left",
    ),
    "W16": Code(
        "A proof passes only with tests or settings that the worker changed",
        "An asked-for change of behaviour looks so, and so does a test that was made to pass.",
        "an edited test, without which the proof fails",
        "nothing to repair: the owner looks at it and approves",
        "warning",
    ),
    "W17": Code(
        "The definition of a proof was changed",
        "Proofs are run as the base defines them.",
        "`run = true` in waggle.toml",
        "nothing to repair: the owner looks at it and approves",
        "warning",
    ),
    "W18": Code(
        "A proof does not give the same result twice",
        "What fails and passes on the same files shows little.",
        "a test that depends on the time",
        "nothing to repair, unless the test is yours: the owner approves",
        "warning",
    ),
    "W19": Code(
        "A proof fails at the base as well",
        "The same tests failed before anything was changed.",
        "a suite that needs a database which is not there",
        "nothing to repair: the owner approves; or an outcome of `partial`",
        "warning",
    ),
    "W20": Code(
        "Tests were removed, skipped or emptied",
        "A suite passes as well when it tests less.",
        "`@pytest.mark.skip` on a test that failed",
        "put it back, or say in `changes` why it is gone",
        "warning",
    ),
    "W21": Code(
        "Fewer tests were added than reported",
        "Tests that are new are those which the run names and the base's did not.",
        '"added": 5, and three names are new',
        "the number of new tests",
        "warning",
    ),
    "W22": Code(
        "Changed files that no proof covers",
        "No definition of the owner's says that a proof looks at them.",
        "a change in `deploy/` and proofs that cover `app/**`",
        "run what shows that they are right, by `prove -- COMMAND`",
        "warning",
    ),
    "W23": Code(
        "Files changed during an analysis",
        "An analysis looks; what it reports is of files that stand still.",
        "a file that was edited between --setup and --output",
        "put it back, or set the work up with --kind change",
        "warning",
    ),
    "W25": Code(
        "A changed file is said to be somebody else's",
        "The program cannot tell who edited a file.",
        "`not_mine` with a reason",
        "nothing to repair: the owner looks at it and approves",
        "warning",
    ),
    "W26": Code(
        "A test of the base passes only with the worker's settings, or is left out by them",
        "A setting that decides which tests run decides what a pass means.",
        "a conftest.py that deselects a test of the base",
        "put the setting back, and repair what the test shows",
    ),
    "W27": Code(
        "A proof ran without isolation",
        "It may have used files beside those that it was given.",
        "a run without a sandbox, in a virtual environment that imports from the true folder",
        "nothing to repair: install bubblewrap, or run proofs in CI",
        "warning",
    ),
    "W28": Code(
        "What decides which tests run was changed",
        "A pattern or an option leaves out tests without touching one.",
        "`--ignore=tests/slow` in a configuration",
        "say in `changes` why",
        "warning",
    ),
    "W29": Code(
        "A figure is not that of a recorded run",
        "A measurement counts where a run wrote it down.",
        '"metrics": {"p95": 12}, recorded 31',
        "the recorded value",
    ),
    "W30": Code(
        "Proofs are defined that cannot be read",
        "What the owner meant to lock is not run.",
        "a [[proof]] without `run`",
        "nothing to repair for the worker: the owner mends waggle.toml",
        "warning",
    ),
}
# Warnings that the repository's owner answers: listed under `needs_approval`.
OWNERS = frozenset({"W16", "W17", "W18", "W19", "W25"})
