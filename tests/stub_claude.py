"""Stands in for the program `claude`: answers as CLAUDE_STUB says, notes down how it was called."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path


def main() -> int:
    """Play one call: replies in turn, the last one again and again."""
    folder = Path(os.environ["STUB_FOLDER"])
    script = json.loads((folder / "script.json").read_text("utf-8"))
    if sys.argv[1:] == ["auth", "status"]:
        print(json.dumps({"loggedIn": script["logged_in"]}))  # noqa: T201 - its answer
        return 0 if script["logged_in"] else 1
    calls = folder / "calls.jsonl"
    number = len(calls.read_text("utf-8").splitlines()) if calls.exists() else 0
    reply = script["replies"][min(number, len(script["replies"]) - 1)]
    call = {
        "arguments": sys.argv[1:],
        "system": Path(sys.argv[sys.argv.index("--system-prompt-file") + 1]).read_text("utf-8"),
        "prompt": sys.stdin.read(),
        "variables": sorted(os.environ),
        "folder": str(Path.cwd()),
        "pid": os.getpid(),
    }
    if "sleep" in reply:  # a child of its own, that must end with it
        child = subprocess.Popen(["sleep", str(reply["sleep"])])
        call["child"] = child.pid
    with calls.open("a", encoding="utf-8") as lines:
        lines.write(json.dumps(call) + "\n")
    time.sleep(reply.get("sleep", 0))
    if "raw" in reply:
        sys.stdout.write(reply["raw"])
        return int(reply.get("code", 0))
    usage = {"input_tokens": 10, "cache_read_input_tokens": 1000, "output_tokens": 20}
    result = {"type": "result", "subtype": "success", "is_error": False, "stop_reason": "end_turn"}
    told = {**result, "usage": usage, "total_cost_usd": 0.01, **reply}
    print(json.dumps(told))  # noqa: T201 - its answer
    return 1 if told["is_error"] else 0


if __name__ == "__main__":
    sys.exit(main())
