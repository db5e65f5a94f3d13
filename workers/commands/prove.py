"""Commands about what was run, and what the owner says to it."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

import click

from sessions.location import find_root
from workers.catalog import worker_called
from workers.commands.options import json_option, root_option, session_option, worker_option
from workers.commands.printing import tell

if TYPE_CHECKING:
    from pathlib import Path


class _WithCommand(click.Command):
    """A command whose words after `--` are another command's: click takes the mark away."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Keep what stands after the first `--` apart."""
        at = args.index("--") if "--" in args else len(args)
        ctx.obj = {"program": ctx.obj, "after": args[at + 1 :], "words": list(args)}
        return super().parse_args(ctx, args[:at])


@click.command(cls=_WithCommand)
@click.argument("names", nargs=-1)
@session_option
@worker_option
@click.option("--allow", is_flag=True, help="Let these proofs run on this machine from now on.")
@click.option("--detach", is_flag=True, help="Return at once; --wait tells the results.")
@click.option("--wait", is_flag=True, help="Wait for a detached run, and tell its results.")
@root_option
@json_option
@click.pass_obj
def prove(
    called: dict[str, object],
    names: tuple[str, ...],
    session: str,
    worker: str,
    allow: bool,
    detach: bool,
    wait: bool,
    root: str | None,
    as_json: bool,
) -> int:
    """Run the owner's proofs of a change, or any command after --, and record the results."""
    from workers.phases import proving

    after = [str(word) for word in called["after"]]  # type: ignore[attr-defined]
    words = [str(word) for word in called["words"]]  # type: ignore[attr-defined]
    if sum((allow, detach, wait)) > 1:
        raise click.UsageError("Give one of --allow, --detach and --wait.")
    if after and (names or allow or wait):
        raise click.UsageError("Give names of proofs, or a command after --, not both.")
    command = (after[0] if len(after) == 1 else shlex.join(after)) if after else None
    program: Path = called["program"]  # type: ignore[assignment]
    base = find_root(root)
    wanted = proving.ProofRequest(worker_called(worker, base), base, program, names, command)
    if allow:
        return tell(proving.allow(wanted, session), as_json=as_json)
    if detach:
        rest = [word for word in words if word != "--detach"]
        if root is None:
            rest = ["--root", str(wanted.root), *rest]
        return tell(proving.detach(wanted, session, rest), as_json=as_json)
    do = proving.wait if wait else proving.prove
    return tell(do(wanted, session), as_json=as_json)


@click.command()
@click.argument("code")
@session_option
@worker_option
@click.option("--by", metavar="NAME", required=True, help="Who approves it.")
@click.option("--reason", metavar="TEXT", required=True, help="Why.")
@root_option
@json_option
def approve(
    code: str, session: str, worker: str, by: str, reason: str, root: str | None, as_json: bool
) -> int:
    """Record the owner's approval of what a verdict lists under needs_approval."""
    from workers.phases import approving

    approval = approving.Approval(code, by, reason)
    base = find_root(root)
    answer = approving.approve(base, session, worker_called(worker, base), approval)
    return tell(answer, as_json=as_json)


COMMANDS = {"prove": prove, "approve": approve}
