"""Tokens are masked in what is written of foreign text; digests and ids are not."""

from __future__ import annotations

import hashlib
import time
from typing import TYPE_CHECKING

import pytest

from sessions.secrets import MASK, redacted
from tests.kit import SESSION, waggle

if TYPE_CHECKING:
    from pathlib import Path

_A = "aB3dE5gH7jK9mN1pQ3rS5tU7vW9xY1zA3bC5"
# Put together here, so that no scanner takes them for somebody's.
SECRETS = {
    "AWS": "AKIA" + "IOSFODNN7EXAMPLE",
    "AWS, for a time": "ASIA" + "IOSFODNN7EXAMPLE",
    "AWS, by its name": "aws_secret_access_key = " + "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    "GitHub": "ghp_" + _A,
    "GitHub, OAuth": "gho_" + _A,
    "GitHub, app": "ghs_" + _A,
    "GitHub, fine-grained": "github_pat_" + "11ABCDE0Y0_" + _A + _A,
    "Anthropic": "sk-ant-" + "api03-" + _A + "-_" + _A,
    "OpenAI, project": "sk-proj-" + _A,
    "OpenAI, old": "sk-" + _A + "T3BlbkFJ",
    "OpenRouter": "sk-or-" + "v1-" + "0f" * 32,
    "Slack, bot": "xoxb-" + "123456789012-1234567890123-" + _A[:24],
    "Slack, app": "xapp-" + "1-A0123-4567-" + "0f" * 16,
    "Slack, hook": "hooks.slack.com/services/" + "T00000000/B00000000/" + _A[:24],
    "JWT": "eyJhbGciOiJIUzI1NiJ9" + ".eyJzdWIiOiIxMjM0In0." + _A,
    "JWT, unsigned": "eyJhbGciOiJub25lIn0" + ".eyJzdWIiOiIxMjM0In0.",
    "PEM": "-----BEGIN RSA PRIVATE " + f"KEY-----\n{_A}\n{_A}\n-----END RSA PRIVATE KEY-----",
    "PEM, cut": "-----BEGIN PRIVATE " + f"KEY-----\\n{_A}",
    "OpenSSH": "-----BEGIN OPENSSH PRIVATE " + f"KEY-----\n{_A}\n",
    "PGP": "-----BEGIN PGP PRIVATE " + f"KEY BLOCK-----\n{_A}\n-----END PGP PRIVATE KEY BLOCK-----",
    "Google": "AIza" + "SyA-1234567890abcdefghijklmnopqrstu",
    "Google, OAuth": "ya29." + _A,
    "Stripe": "sk_live_" + _A[:24],
    "Stripe, restricted": "rk_test_" + _A[:24],
    "Stripe, hook": "whsec_" + _A,
    "GitLab": "glpat-" + _A[:20],
    "GitLab, runner": "glrt-" + _A[:20],
    "npm": "npm_" + _A,
    "PyPI": "pypi-" + "AgEIcHlwaS5vcmc" + _A + _A,
    "SendGrid": "SG." + _A[:22] + "." + _A + _A[:7],
    "Hugging Face": "hf_" + _A,
    "Docker": "dckr_pat_" + _A[:27],
    "DigitalOcean": "dop_v1_" + "0f" * 32,
    "Vault": "hvs." + _A,
    "a header": "Authorization: Bearer " + _A,
}
NO_SECRETS = (
    "a0d789a1b2c3d4e5f60718293a4b5c6d7e8f9012",
    hashlib.sha256(b"x").hexdigest(),
    f"sha512-{hashlib.sha512(b'x').hexdigest()}",
    "0c9e2d0e-7d4e-4b7f-9a55-5f3a6f1d2b10",
    "task-a0d789a1b2c3d4e5f60718293a4b5c6d7e8f9012",
    f"cache-key-{hashlib.md5(b'z').hexdigest()}",  # noqa: S324 - a digest as others write it
    "app/sk-learn/models.py:12-20",
    "sk-fading-circle-wrapper-large",
    "BACKEND-CRIT-001",
    "ghp_ and AKIA are prefixes, xoxb- too, eyJ begins a JWT",
    "the bearer of this token is authenticated",
    "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----",
    "-----BEGIN PUBLIC KEY-----\nMIIB\n-----END PUBLIC KEY-----",
    "SELECT sk_test_case, npm_config FROM hf_models",
)


@pytest.mark.parametrize("form", SECRETS)
@pytest.mark.parametrize("around", ["{}", "key={}.", '{{"a": "{}"}}', "a\\n{}", "({}) b"])
def test_a_token_is_masked(form: str, around: str) -> None:
    secret = SECRETS[form]
    text = redacted(around.format(secret))
    hidden = secret.partition("= ")[2] or secret.partition("Bearer ")[2] or secret
    assert hidden not in text
    assert MASK in text
    assert _A not in text


@pytest.mark.parametrize("text", NO_SECRETS)
def test_what_is_no_secret_stays(text: str) -> None:
    assert redacted(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "eyJ" * 30_000,
        "sk-" * 40_000,
        "sk-" + "a-" * 50_000,
        "SG." * 40_000,
        "earer " * 20_000,
        "-----BEGIN PRIVATE KEY-----" * 4000,
        "eyJ" + "a." * 50_000,
        "xoxb" * 30_000,
    ],
    ids=lambda text: text[:12],
)
def test_no_text_takes_long(text: str) -> None:
    started = time.process_time()
    redacted(text)
    assert time.process_time() - started < 1


def test_nothing_that_is_written_of_a_task_or_an_event_holds_a_token(root: Path) -> None:
    tokens = [SECRETS[name] for name in ("GitHub", "AWS", "Anthropic", "JWT", "Google")]
    at_the_cut = "x" * (4000 - 10) + " " + SECRETS["GitLab"]
    task = " ".join([*tokens, at_the_cut])
    by = ("--session", SESSION, "--worker", "backend")
    set_up = ("backend", "--setup", "--session", SESSION, "--task", task)
    assert waggle(*set_up, cwd=root).returncode == 0
    for words in (
        ("log", *by, "--event", "progress", "--action", tokens[0], "--target", tokens[1]),
        ("block", f"the key {tokens[2]} is refused", *by),
        ("handoff", f"use {tokens[3]}", *by, "--to", "frontend-worker"),
    ):
        assert waggle(*words, cwd=root).returncode == 0
    folder = root / "Docs/hive-mind/sessions" / SESSION
    prompt = folder / "workers/prompts/backend-worker.prompt"
    assert prompt.read_bytes() == task.encode()
    for file in folder.rglob("*"):
        if file.is_file() and file != prompt and "base" not in file.parts:
            text = file.read_text("utf-8")
            assert not [token for token in tokens if token in text], file
            assert SECRETS["GitLab"][:10] not in text, file
