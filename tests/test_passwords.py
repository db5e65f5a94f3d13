"""Prose that says passwords are kept as plain text, beside code that hashes them or does not."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from workers.catalog import built_in
from workers.delivery.delivery import read_delivery
from workers.repository.repository import Repository
from workers.review.checks.entries.passwords import plain_passwords_are_not_hashed_there

if TYPE_CHECKING:
    from pathlib import Path

# File -> the line that is cited, the code.
FILES = {
    "bcrypt.php": (
        3,
        "function register($in) {\n  $user->password = bcrypt($in);\n  $user->save();\n}",
    ),
    "argon.rs": (
        3,
        "fn register(p: &str) {\n    let hash = argon2.hash_password(p);\n    save(hash)\n}",
    ),
    "scrypt.js": (1, "async function register(r) {\n  return save(await scrypt(r.password));\n}"),
    "native.php": (1, "$hash = password_hash($plain, PASSWORD_DEFAULT);\n$db->save($hash);"),
    "pbkdf2.py": (
        3,
        "def register(p):\n    key = hashlib.pbkdf2_hmac('sha256', p, s, 9)\n    save(key)",
    ),
    "Coder.java": (
        2,
        "String register(String p) {\n  return new BCryptPasswordEncoder().encode(p);\n}",
    ),
    "account.rb": (2, "class Account < ApplicationRecord\n  has_secure_password\nend"),
    "own.py": (3, "def register(plain):\n    hashed = get_password_hash(plain)\n    save(hashed)"),
    "plain.py": (2, "def a(p):\n    user.password = p\n\n\ndef b(p):\n    return bcrypt.hashpw(p)"),
    "words.py": (
        3,
        "def register(p):\n    # bcrypt.hashpw(p) would be right\n    user.password = p",
    ),
}
STATED = """
Passwords are stored in plain text | passwords stored unhashed | The password is saved as cleartext
Passwords are kept in the database in plaintext | The passwords are never hashed
User passwords are not hashed | Passwörter werden im Klartext gespeichert | password saved unsalted
Die Passwörter werden nicht gehasht | Les mots de passe sont stockés en clair | 密码以明文存储
Las contraseñas se guardan en texto plano | As senhas são armazenadas em texto simples
パスワードを平文で保存している | The column password holds clear text
Passwords persist in the clear
""".replace("\n", " | ")
OTHERS = """
Passwords are not stored in plain text | Passwords are hashed before they are stored
The login logs the password in plain text | Reset tokens are stored in plain text
The password is sent in clear text over HTTP | Passwords are never kept in plain text
Passwords are hashed instead of stored in plain text | The password policy is weak
Die Passwörter werden nicht im Klartext gespeichert | The list of users has no limit
""".replace("\n", " | ")


def ways(text: str) -> list[str]:
    return [way.strip() for way in text.split(" | ") if way.strip()]


def told(folder: Path, title: str, file: str = "bcrypt.php", *claims: object) -> bool:
    line, code = FILES[file]
    root = folder / "repository"
    root.mkdir(exist_ok=True)
    (root / file).write_text(code)
    notes, answer = folder / "notes.md", folder / "output.json"
    notes.write_text("# Notes\n")
    evidence = [{"file": str(root / file), "line": line}]
    finding = {"title": title, "description": "See there.", "evidence": evidence}
    answer.write_text(json.dumps({"findings": [{**finding, "claims": [*claims]}]}))
    delivery = read_delivery(built_in()[0], Repository(root), notes, answer)
    problems = [*plain_passwords_are_not_hashed_there(delivery)]
    assert {(one.code, one.severity) for one in problems} <= {("K22", "warning")}
    return bool(problems)


@pytest.mark.parametrize("file", [name for name in FILES if name not in {"plain.py", "words.py"}])
def test_a_hash_in_the_cited_function_is_told(tmp_path: Path, file: str) -> None:
    assert told(tmp_path, "Passwords are stored unhashed", file)


@pytest.mark.parametrize("title", ways(STATED))
def test_it_is_told_in_any_words(tmp_path: Path, title: str) -> None:
    assert told(tmp_path, title)


@pytest.mark.parametrize("title", ways(OTHERS))
def test_what_says_something_else_is_not_told(tmp_path: Path, title: str) -> None:
    assert not told(tmp_path, title)


@pytest.mark.parametrize("file", ["plain.py", "words.py"])
def test_a_function_that_hashes_nothing_is_not_told(tmp_path: Path, file: str) -> None:
    assert not told(tmp_path, "Passwords are stored in plain text", file)


def test_a_typed_claim_is_decided_by_itself(tmp_path: Path) -> None:
    claim = {"kind": "plain_password", "file": "bcrypt.php", "line": 3}
    assert not told(tmp_path, "Passwords are stored unhashed", "bcrypt.php", claim)
