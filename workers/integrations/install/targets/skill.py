"""A skill (agentskills.io) for each worker, and the pointer to it in AGENTS.md.

`.agents/skills` is where most agents look, `.claude/skills` where Claude Code does. An agent pays
for a skill's description only; a whole section of AGENTS.md would be in every request.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from workers.integrations.install.targets.content import Content, Place, Target
from workers.integrations.install.targets.frames import PLAIN, instructions
from workers.render import render

if TYPE_CHECKING:
    from workers.catalog import Worker


def skill_name(worker: Worker) -> str:
    """Return the name of a skill, which is that of its folder."""
    return f"{worker.name}-report"


def skill_file(worker: Worker, command: str) -> str:
    """Return a worker's instructions as a skill."""
    lines = [
        "---",
        f"name: {skill_name(worker)}",
        f"description: {json.dumps(_description(worker))}",
        "---",
        "",
        instructions(worker, command, PLAIN),
    ]
    return "\n".join(lines)


def _description(worker: Worker) -> str:
    return (
        f"How to examine {worker.summary} and report with evidence, in two files that a program"
        f" judges against the code. Use it to work as the {worker.full_name}, or when an audit or"
        f" a checked change of a {worker.name} is asked for."
    )


def _skills(place: Place, folder: str) -> dict[str, str]:
    return {
        f"{folder}/skills/{skill_name(worker)}/SKILL.md": skill_file(worker, place.line)
        for worker in place.workers
    }


def _skill(place: Place) -> Content:
    claudes = place.folder(".claude", "CLAUDE_CONFIG_DIR")
    return Content({**_skills(place, ".agents"), **_skills(place, claudes)})


def _agents_md(place: Place) -> Content:
    files = "; ".join(
        f"{worker.full_name}: .agents/skills/{skill_name(worker)}/SKILL.md"
        for worker in place.workers
    )
    section = render("claude/section.md.j2", files=files)
    return Content(_skills(place, ".agents"), sections={"AGENTS.md": section})


SKILL = Target("skills", _skill)
AGENTS_MD = Target(
    "AGENTS.md",
    _agents_md,
    scopes=("project",),
    elsewhere="No agent reads an AGENTS.md in your home folder: run install skill --scope user.",
)
