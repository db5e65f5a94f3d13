"""An opinion by a model: warnings with quotations, recorded, never a verdict; spans on request."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from pydantic_ai.messages import ModelMessage, ModelResponse, TextPart, ToolCallPart
from pydantic_ai.models.function import AgentInfo, FunctionModel

from tests.fake_api import fake_api
from tests.kit import CLI, SESSION, TASK, document, fill_in, waggle
from workers.agents.opinion import CODE, Reviewer, add_opinion
from workers.catalog import built_in
from workers.contract import WorkerOutput
from workers.phases.finish import Request, finish

pytestmark = pytest.mark.usefixtures("late_imports")

QUOTE = "The order service is small and layered well enough"


def doubting(*quotes: str) -> FunctionModel:
    def answer(_messages: list[ModelMessage], info: AgentInfo) -> ModelResponse:
        doubts = [{"quote": quote, "concern": "too vague"} for quote in quotes]
        return ModelResponse(parts=[ToolCallPart(info.output_tools[0].name, {"doubts": doubts})])

    return FunctionModel(answer, model_name="doubter")


def judged(root: Path) -> WorkerOutput:
    return finish(Request(built_in()[0], root, CLI), SESSION)


def test_doubts_are_warnings_and_the_verdict_stays(set_up: Path) -> None:
    fill_in(set_up, SESSION)
    before = judged(set_up)
    output = judged(set_up)
    add_opinion(output, set_up, Reviewer(doubting(f"  {QUOTE[:20]}\n {QUOTE[21:]}", "Not there")))
    assert (output.status, output.scores) == (before.status, before.scores)
    (doubt,) = output.problems
    assert (doubt.code, doubt.severity, doubt.places[0].line) == (CODE, "warning", 5)
    assert QUOTE in doubt.message
    told = output.config["opinion"]
    assert (told["model"], told["doubts"], told["dropped"]) == ("doubter", 1, 1)
    log = set_up / "Docs/hive-mind/sessions" / SESSION / "EVENTS.jsonl"
    event = json.loads(log.read_text("utf-8").splitlines()[-1])
    details = event["details"]
    assert (details["action"], details["model"]) == ("opinion", "doubter")
    assert len(details["prompt_digest"]) == 64
    assert details["metrics"]["tokens_in"] > 0


def test_praise_does_not_save_a_rejected_report(set_up: Path) -> None:
    before = judged(set_up)
    output = judged(set_up)
    add_opinion(output, set_up, Reviewer(doubting()))
    assert output.status == before.status == "failed"
    assert output.problems == before.problems


@pytest.mark.parametrize("model", ["custom:nope", "groq:x", "no such"])
def test_a_reviewer_that_fails_is_a_warning(set_up: Path, model: str) -> None:
    fill_in(set_up, SESSION)
    words = ["backend", "--output", "--session", SESSION, "--review-model", model]
    run = waggle(*words, cwd=set_up)
    assert run.returncode == 0
    (problem,) = document(run)["problems"]
    assert (problem["code"], problem["severity"]) == ("R16", "warning")
    assert problem["message"].startswith("no opinion: ")


def test_a_reviewer_that_talks_is_a_warning(set_up: Path) -> None:
    fill_in(set_up, SESSION)
    output = judged(set_up)
    talks = FunctionModel(lambda _messages, _info: ModelResponse(parts=[TextPart("All fine!")]))
    add_opinion(output, set_up, Reviewer(talks))
    assert [problem.code for problem in output.problems] == ["R17"]
    assert output.status == "completed"


WRONG_USE = [
    ["--setup", "--task", "x", "--review-model", "m"],
    ["--run", "--task", "x", "--review-model", "m"],
    ["--setup", "--task", "x", "--otel"],
    ["--output", "--session", "x", "--otel"],
    ["--setup", "--task", "x", "--max-requests", "3"],
    ["--run", "--task", "x", "--max-cost", "cheap"],
    ["--run", "--task", "x", "--max-cost", "-1"],
    ["--run", "--task", "x", "--attempts", "0"],
    ["--run", "--setup", "--task", "x"],
]


@pytest.mark.parametrize("words", WRONG_USE, ids=" ".join)
def test_options_of_models_without_a_model_are_wrong_usage(root: Path, words: list[str]) -> None:
    assert waggle("backend", *words, cwd=root).returncode == 2
    assert not (root / "Docs").exists()


@pytest.mark.slow
@pytest.mark.parametrize("content", [False, True])
def test_spans_are_sent_without_content_unless_asked(
    content: bool, set_up: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[bytes] = []

    class Collector(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            sent.append(self.rfile.read(int(self.headers["content-length"])))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_arguments: object) -> None:
            """Say nothing."""

    fill_in(set_up, SESSION)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Collector)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", f"http://127.0.0.1:{server.server_port}")
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_COMPRESSION", "none")
    monkeypatch.setenv("ANTHROPIC_API_KEY", "test-key")
    trace = "0af7651916cd43dd8448eb211c80319c"  # the trace that a job belongs to
    monkeypatch.setenv("TRACEPARENT", f"00-{trace}-b7ad6b7169203331-01")
    if content:
        monkeypatch.setenv("OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT", "true")
    doubts: dict[str, Any] = {"doubts": [{"quote": QUOTE, "concern": "really?"}]}
    with fake_api([{"calls": [("final_result", doubts)]}]) as api:
        monkeypatch.setenv("ANTHROPIC_BASE_URL", api.url)
        words = ["--output", "--session", SESSION, "--review-model", "anthropic:claude-sonnet-5"]
        run = waggle("backend", *words, "--otel", cwd=set_up)
    server.shutdown()
    server.server_close()
    assert [one["code"] for one in document(run)["problems"]] == [CODE], run.stderr
    spans = b"".join(sent)
    assert b"invoke_agent reviewer" in spans
    assert b"gen_ai.usage.input_tokens" in spans
    assert (QUOTE.encode() in spans) is content
    assert TASK.encode() not in spans
    assert bytes.fromhex(trace) in spans
