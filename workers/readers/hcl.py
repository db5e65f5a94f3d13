"""Blocks of HCL, the language of Terraform: types, labels and attributes with their lines.

No expression is evaluated: an attribute is a literal or the text of its expression. By the
specification of the native syntax, github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md.
"""

from __future__ import annotations

from typing import NamedTuple

from sessions.bounds import NESTING
from sessions.patterns import lazy_pattern

_TOKEN = lazy_pattern(
    r"(?P<space>[ \t\r\f]+)|(?P<newline>\n)|(?P<comment>\#[^\n]*|//[^\n]*|/\*[\s\S]*?(?:\*/|\Z))"
    r"|(?P<heredoc><<-?[ \t]*(?P<mark>[A-Za-z_][\w-]*)[ \t]*\r?\n)"
    r"|(?P<quote>\")|(?P<name>[A-Za-z_][\w-]*)|(?P<number>[0-9][\w.]*)|(?P<sign>[^\w\s\"])"
)
_QUOTED = lazy_pattern(r"(?:[^\"\\$%\n]|\\.|\$\$\{|%%\{|\$(?!\{)|%(?!\{))*")
_OPENS, _CLOSES = "([{", ")]}"
_CHARACTERS = 1_000_000


class Unclosed(Exception):
    """A text that is no HCL, with its line."""

    def __init__(self, line: int) -> None:
        """Take the line, from 1."""
        super().__init__(f"line {line}")
        self.line = line


class Token(NamedTuple):
    """A token: `kind` is name, number, text (a literal), expression (a text with `${`), sign."""

    kind: str
    text: str
    line: int


class Attribute(NamedTuple):
    """An attribute: the tokens of its value; `literal` is a text or number that stands alone."""

    name: str
    line: int
    tokens: tuple[Token, ...]

    @property
    def literal(self) -> str | None:
        """The value where it is a plain text, number or word; None for an expression."""
        if len(self.tokens) != 1 or self.tokens[0].kind == "expression":
            return None
        return self.tokens[0].text


class Block(NamedTuple):
    """A block: type and labels, its attributes and the blocks in it."""

    type: str
    labels: tuple[str, ...]
    line: int
    last: int
    attributes: tuple[Attribute, ...]
    blocks: tuple[Block, ...]

    def attribute(self, name: str) -> Attribute | None:
        """Return an attribute by its name."""
        return next((each for each in self.attributes if each.name == name), None)


def body(text: str) -> Block:
    """Return a file as one block without a type. Raises Unclosed."""
    if len(text) > _CHARACTERS:
        raise Unclosed(1)
    tokens = _tokens(text)
    block, at = _body(tokens, 0, 0, Token("", "", 1), ())
    if at < len(tokens):
        raise Unclosed(tokens[at].line)
    return block


def _tokens(text: str) -> list[Token]:
    tokens: list[Token] = []
    at, line = 0, 1
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise Unclosed(line)
        kind, end = str(match.lastgroup), match.end()
        if match["heredoc"] is not None:
            end = _heredoc_end(text, end, match["mark"], line)
            tokens.append(Token("expression", text[match.start() : end], line))
        elif kind == "quote":
            is_literal, end = _string_end(text, end, line)
            inner = text[match.end() : end - 1]
            tokens.append(Token("text" if is_literal else "expression", inner, line))
        elif kind not in {"space", "comment"}:
            tokens.append(Token(kind, match[0], line))
        line += text.count("\n", at, end)
        at = end
    return tokens


def _heredoc_end(text: str, at: int, mark: str, line: int) -> int:
    while at < len(text):
        end = text.find("\n", at)
        end = len(text) if end < 0 else end
        if text[at:end].strip() == mark:
            return end
        at = end + 1
    raise Unclosed(line)


def _string_end(text: str, at: int, line: int) -> tuple[bool, int]:
    """Return whether a string has no `${`, and where it ends; what is in `${}` may hold strings."""
    is_literal, depth = True, 0
    while at < len(text):
        if depth == 0:
            match = _QUOTED.match(text, at)
            at = match.end() if match else at
            if text[at : at + 1] == '"':
                return is_literal, at + 1
            if text[at : at + 2] not in {"${", "%{"}:
                raise Unclosed(line)
            is_literal, depth, at = False, 1, at + 2
            continue
        sign = text[at]
        if sign == '"':
            _, at = _string_end(text, at + 1, line)
            continue
        depth += (sign == "{") - (sign == "}")
        at += 1
    raise Unclosed(line)


def _body(
    tokens: list[Token], at: int, depth: int, head: Token, labels: tuple[str, ...]
) -> tuple[Block, int]:
    """Read attributes and blocks up to the `}` that ends them, or the end of the file."""
    if depth > NESTING:
        raise Unclosed(head.line)
    attributes: list[Attribute] = []
    blocks: list[Block] = []
    while at < len(tokens):
        token = tokens[at]
        if token.kind == "newline" or token.text in {",", ";"}:
            at += 1
        elif token.text == "}" and depth:
            break
        elif token.kind not in {"name", "text"}:
            raise Unclosed(token.line)
        elif at + 1 < len(tokens) and tokens[at + 1].text == "=" and tokens[at + 1].kind == "sign":
            end = _expression_end(tokens, at + 2)
            value = tuple(each for each in tokens[at + 2 : end] if each.kind != "newline")
            attributes.append(Attribute(token.text, token.line, value))
            at = end
        else:
            block, at = _block(tokens, at, depth)
            blocks.append(block)
    last = tokens[min(at, len(tokens) - 1)].line if tokens else 1
    block = Block(head.text, labels, head.line, last, tuple(attributes), tuple(blocks))
    return block, at


def _block(tokens: list[Token], at: int, depth: int) -> tuple[Block, int]:
    head, labels = tokens[at], []
    at += 1
    while at < len(tokens) and tokens[at].kind in {"text", "name"}:
        labels.append(tokens[at].text)
        at += 1
    if at >= len(tokens) or tokens[at].text != "{" or tokens[at].kind != "sign":
        raise Unclosed(head.line)
    block, at = _body(tokens, at + 1, depth + 1, head, tuple(labels))
    if at >= len(tokens):
        raise Unclosed(head.line)
    return block, at + 1


def _expression_end(tokens: list[Token], at: int) -> int:
    """Return where an expression ends: at the end of its line, outside of all brackets."""
    depth, start = 0, at
    while at < len(tokens):
        token = tokens[at]
        if token.kind == "sign":
            if token.text in _CLOSES and depth == 0:
                break
            depth += (token.text in _OPENS) - (token.text in _CLOSES)
        elif token.kind == "newline" and depth == 0 and at > start:
            break
        at += 1
    return at
