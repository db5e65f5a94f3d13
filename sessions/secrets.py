"""Secrets stay out of what is written: passwords, values of the environment's keys, tokens.

Passwords are known by the URL they are in, tokens by the form that their issuer gives them.
Digests, git's hashes and UUIDs have none of these forms: whoever reads a log needs them.
"""

from __future__ import annotations

import os
import re
from functools import cache
from typing import Any

from sessions.patterns import lazy_pattern

MASK = "[redacted]"
# Shorter values stand in any text by chance: PASSWORD=test would mask every test.
_SECRET_CHARACTERS = 10
_SECRET_NAME = lazy_pattern(r"(?:^|_)(?:KEY|TOKEN|SECRET|PASSWORD|PASSWD|PASS|CREDENTIALS?)(?:_|$)")
_USER_INFO = lazy_pattern(
    r"(?P<scheme>[a-z][a-z0-9+.-]{1,20}://)[^\s/?#@'\"]{1,200}:[^\s/?#'\"]{1,200}@"
)
# What stands before a token: the text's beginning, no letter or digit, or an escaped line's end.
_BEGIN = r"(?:(?<![A-Za-z0-9])|(?<=\\[nrt]))"
_PEM = r"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----"
# A part that is looked for first, since it is cheap, and the form of the whole token as its issuer
# documents it (and secret scanners look for it). Lengths are lower bounds: issuers lengthen theirs.
TOKENS: tuple[tuple[str, str], ...] = (
    ("PRIVATE KEY", _PEM + r"[\s\S]*?(?:-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----|\Z)"),
    ("PuTTY-User-Key-File", r"PuTTY-User-Key-File-[0-9]:[\s\S]*?(?:Private-MAC: \S+|\Z)"),
    ("AGE-SECRET-KEY-1", r"AGE-SECRET-KEY-1[0-9A-Z]{40,}"),
    ("eyJ", _BEGIN + r"eyJ[\w-]{8,}\.(?:[\w-]*\.){1,3}[\w-]*"),  # JWT, JWE
    *((name, _BEGIN + name + r"[A-Z0-9]{16}(?![A-Z0-9])") for name in ("AKIA", "ASIA", "ABIA")),
    ("SECRET_ACCESS_KEY", r"(?<=SECRET_ACCESS_KEY)[\"'\s]{0,4}[:=][\"'\s]{0,4}[\w/+]{40}"),
    ("secret_access_key", r"(?<=secret_access_key)[\"'\s]{0,4}[:=][\"'\s]{0,4}[\w/+]{40}"),
    *((f"{name}_", _BEGIN + name + r"_[A-Za-z0-9]{20,}") for name in ("ghp", "gho", "ghu", "ghr")),
    ("ghs_", _BEGIN + r"ghs_[\w.-]{20,}"),  # of an app; newer ones hold a JWT
    ("github_pat_", _BEGIN + r"github_pat_\w{20,}"),
    ("gl", _BEGIN + r"gl(?:pat|ptt|dt|rt|rtr|cbt|ft|soat|agent|imt|oas|ffct|wt)-[\w.-]{20,}"),
    ("GR1348941", _BEGIN + r"GR1348941[\w-]{20,}"),
    ("sk-", _BEGIN + r"sk-(?:ant|proj|svcacct|admin|or|lf|None)-[\w-]{16,}"),
    ("sk-", _BEGIN + r"sk-[A-Za-z0-9]{20,}(?![\w-])"),
    ("sk-", _BEGIN + r"sk-(?=[\w-]{0,99}[0-9])(?=[\w-]{0,99}[A-Z])[\w-]{24,}"),
    ("xox", _BEGIN + r"xox[a-z](?:\.xox[a-z])?-[\w.%-]{10,}"),  # Slack
    ("xapp-", _BEGIN + r"xapp-[0-9]-[\w-]{10,}"),
    ("hooks.slack.com", r"hooks\.slack\.com/(?:services|workflows|triggers)/[\w/+-]{16,}"),
    ("/api/webhooks/", r"/api/webhooks/[0-9]{10,}/[\w-]{20,}"),  # Discord
    ("webhook.office.com", r"webhook\.office\.com/webhookb2/[\w@/.-]{20,}"),
    ("AIza", _BEGIN + r"AIza[\w-]{30,}"),  # Google
    ("ya29.", _BEGIN + r"ya29\.[\w.-]{20,}"),
    ("GOCSPX-", _BEGIN + r"GOCSPX-[\w-]{20,}"),
    ("1//0", _BEGIN + r"1//0[\w-]{30,}"),
    ("_live_", _BEGIN + r"(?:sk|rk)_live_[A-Za-z0-9]{10,}"),  # Stripe
    ("_test_", _BEGIN + r"(?:sk|rk)_test_[A-Za-z0-9]{10,}"),
    ("whsec_", _BEGIN + r"whsec_[\w+/=]{20,}"),
    ("npm_", _BEGIN + r"npm_[A-Za-z0-9]{30,}"),
    ("pypi-", _BEGIN + r"pypi-AgE[\w-]{40,}"),
    ("dckr_", _BEGIN + r"dckr_[a-z]{2,4}_[\w-]{20,}"),
    ("SG.", _BEGIN + r"SG\.[\w-]{16,}\.[\w-]{16,}"),  # SendGrid
    ("shp", _BEGIN + r"shp(?:at|ca|pa|ss|ua)_[0-9a-fA-F]{32,}"),  # Shopify
    ("_v1_", _BEGIN + r"do[opr]_v1_[0-9a-f]{40,}"),  # DigitalOcean
    ("hf_", _BEGIN + r"hf_[A-Za-z0-9]{30,}"),
    ("dapi", _BEGIN + r"dapi[0-9a-f]{32}(?![0-9a-f])"),  # Databricks
    ("lin_", _BEGIN + r"lin_(?:api|oauth)_[A-Za-z0-9]{30,}"),
    ("ntn_", _BEGIN + r"ntn_[A-Za-z0-9]{40,}"),  # Notion
    ("hv", _BEGIN + r"hv[bsr]\.[\w-]{24,}"),  # Vault
    ("ATATT3", _BEGIN + r"ATATT3[\w=-]{40,}"),  # Atlassian
    ("gls", _BEGIN + r"glsa_[A-Za-z0-9]{30,}_[0-9a-fA-F]{8}"),  # Grafana
    ("glc_", _BEGIN + r"glc_[A-Za-z0-9+/=]{32,}"),
    ("NRAK-", _BEGIN + r"NRAK-[A-Z0-9]{27,}"),
    ("PMAK-", _BEGIN + r"PMAK-[0-9a-f]{24}-[0-9a-f]{30,}"),
    ("sntry", _BEGIN + r"sntry[su]_[\w+/=.-]{30,}"),
    ("sbp_", _BEGIN + r"sbp_[0-9a-f]{40}(?![0-9a-f])"),  # Supabase
    ("xai-", _BEGIN + r"xai-[A-Za-z0-9]{40,}"),
    ("gsk_", _BEGIN + r"gsk_[A-Za-z0-9]{40,}"),  # Groq
    ("pplx-", _BEGIN + r"pplx-[A-Za-z0-9]{40,}"),
    ("pscale_", _BEGIN + r"pscale_(?:tkn|pw|oauth)_[\w.=-]{30,}"),
    ("dp.", _BEGIN + r"dp\.(?:pt|st|ct|sa|scim|audit)\.[\w.-]{30,}"),  # Doppler
    ("AccountKey=", r"(?<=AccountKey=)[A-Za-z0-9+/]{60,}={0,2}"),  # Azure
    (":AA", _BEGIN + r"[0-9]{8,10}:AA[\w-]{30,}"),  # Telegram
    ("earer ", r"(?<=earer )(?=[^\s]{0,200}[0-9])[\w.~+/-]{20,}=*"),
)


def redacted(value: Any) -> Any:
    """Return a JSON value with the secrets in its texts masked."""
    if isinstance(value, str):
        return _masked(value)
    if isinstance(value, dict):
        return {_masked(name): redacted(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [redacted(inner) for inner in value]
    return value


def _masked(text: str) -> str:
    for secret in _secrets():
        text = text.replace(secret, MASK)
    for part, form in TOKENS:
        if part in text:
            text = re.sub(form, MASK, text)
    return _USER_INFO.sub(rf"\g<scheme>{MASK}@", text) if "://" in text else text


@cache
def _secrets() -> tuple[str, ...]:
    """The values of the environment's variables whose names say that they are secret."""
    return tuple(
        value
        for name, value in os.environ.items()
        if len(value) >= _SECRET_CHARACTERS and _SECRET_NAME.search(name.upper())
    )
