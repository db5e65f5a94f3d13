"""GitHub Actions: a workflow that judges the reports of pull requests, and its steps as an action.

Both are in the repository, so that what judges is reviewed with it and nothing else is fetched than
the program. They are the same on every machine, and are to be committed.
"""

from __future__ import annotations

from workers.integrations.install.targets.content import Content, Place, Target
from workers.worker_file import our_text

WORKFLOW = ".github/workflows/waggle.yml"
ACTION = ".github/actions/waggle/action.yml"


def _content(_: Place) -> Content:
    files = {WORKFLOW: our_text("github/workflow.yml"), ACTION: our_text("github/action.yml")}
    note = (
        "Commit both files. A pull request is judged from then on, one from a fork as well: its"
        " verdict is in the job summary, without a comment."
    )
    return Content(files, notes=[note])


GITHUB = Target(
    "GitHub Actions",
    _content,
    scopes=("project",),
    elsewhere="A workflow belongs to one repository: run install github in it.",
    is_shared=True,
)
