"""Statements of Go as plain data, in their order.

- `["=", [target, ...], [value, ...], defines]`, `["var", name, type, value]`, `["e", value]`
- `["ret", [value, ...]]`, `["stop"]` for `break` and `continue`
- `["for", key, value, of, body]`, `["loop", body]`, `["block", body]`
- `["if", before, condition, then, otherwise]`, `["switch", of, [[values or None, body], ...]]`
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from workers.survey.languages.go.expressions import Expression, Reader
from workers.survey.languages.go.types import type_of
from workers.survey.syntax import NESTING, text

if TYPE_CHECKING:
    from collections.abc import Callable

    from tree_sitter import Node

Statement = list[Any]
_ENDS = frozenset({"break_statement", "continue_statement"})


class Statements:
    """Turns the bodies of functions into statements; keeps which names they assign anew."""

    def __init__(self) -> None:
        """Begin with no names."""
        self._reader = Reader(self.block)
        self.assigned: set[str] = set()

    def expression(self, node: Node | None, depth: int = 0) -> Expression:
        """Return an expression as data."""
        return self._reader.expression(node, depth)

    def block(self, node: Node | None, depth: int = 0) -> list[Statement]:
        """Return the statements of a block, of a list of statements or of a case."""
        if node is None or depth > NESTING:
            return []
        done: list[Statement] = []
        for child in node.named_children:
            if child.type == "statement_list":
                done += self.block(child, depth + 1)
            else:
                done += self.statement(child, depth + 1)
        return done

    def statement(self, node: Node | None, depth: int) -> list[Statement]:
        """Return what a statement does, nothing for what no route depends on."""
        if node is None:
            return []
        if node.type in _ENDS:
            return [["stop"]]
        convert = self._KINDS.get(node.type)
        return convert(self, node, depth + 1) if convert else []

    def _expressions(self, node: Node | None, depth: int) -> list[Expression]:
        if node is None:
            return []
        if node.type != "expression_list":
            return [self.expression(node, depth)]
        return [self.expression(one, depth) for one in node.named_children if one.type != "comment"]

    def _assignment(self, node: Node, depth: int) -> list[Statement]:
        sides = [self._expressions(node.child_by_field_name(s), depth) for s in ("left", "right")]
        sign = text(node.child_by_field_name("operator"))
        defines = node.type == "short_var_declaration"
        if not defines:
            self.assigned |= {str(one[-1 if one[0] == "n" else 2]) for one in sides[0]
                              if one and one[0] in {"n", "."}}  # fmt: skip
        if sign == "+=":
            sides[1] = [["+", *pair] for pair in zip(*sides, strict=False)]
        return [["=", *sides, defines]]

    def _variables(self, node: Node, depth: int) -> list[Statement]:
        done: list[Statement] = []
        for declared in specifications(node):
            values = self._expressions(declared.child_by_field_name("value"), depth)
            of = type_of(declared.child_by_field_name("type"))
            names = [text(name) for name in declared.children_by_field_name("name")]
            if len(values) == 1 and len(names) > 1:
                done.append(["=", [["n", name] for name in names], values, True])
                continue
            padded = [*values, *[None] * len(names)]
            done += [["var", name, of, value] for name, value in zip(names, padded, strict=False)]
        return done

    def _expression_statement(self, node: Node, depth: int) -> list[Statement]:
        inner = node.named_children[0] if node.named_children else None
        value = self.expression(inner, depth)
        return [["e", value]] if value and value[0] == "c" else []

    def _return(self, node: Node, depth: int) -> list[Statement]:
        values = next((one for one in node.named_children if one.type != "comment"), None)
        return [["ret", self._expressions(values, depth)]]

    def _for(self, node: Node, depth: int) -> list[Statement]:
        body = self.block(node.child_by_field_name("body"), depth)
        clause = next((one for one in node.named_children if one.type == "range_clause"), None)
        if clause is None:
            return [["loop", body]]
        names = self._expressions(clause.child_by_field_name("left"), depth)
        names = [*names, None, None]
        of = self.expression(clause.child_by_field_name("right"), depth)
        return [["for", names[0], names[1], of, body]]

    def _if(self, node: Node, depth: int) -> list[Statement]:
        before = self.statement(node.child_by_field_name("initializer"), depth)
        condition = self.expression(node.child_by_field_name("condition"), depth)
        then = self.block(node.child_by_field_name("consequence"), depth)
        other = node.child_by_field_name("alternative")
        if other is not None and other.type == "if_statement":
            otherwise = self.statement(other, depth) if depth < NESTING else []
        else:
            otherwise = self.block(other, depth)
        return [["if", before, condition, then, otherwise]]

    def _switch(self, node: Node, depth: int) -> list[Statement]:
        before = self.statement(node.child_by_field_name("initializer"), depth)
        of = self.expression(node.child_by_field_name("value"), depth)
        has_value = node.type == "expression_switch_statement" and of is not None
        cases: list[list[Any]] = []
        for case in node.named_children:
            if not case.type.endswith("_case"):
                continue
            body: list[Statement] = []
            for inner in case.named_children:
                if inner.type == "statement_list":
                    body += self.block(inner, depth)
            values = None
            if case.type == "expression_case" and has_value:
                values = self._expressions(case.child_by_field_name("value"), depth)
            cases.append([values, body])
        return [*before, ["switch", of if has_value else None, cases]]

    def _block(self, node: Node, depth: int) -> list[Statement]:
        return [["block", self.block(node, depth)]]

    def _labeled(self, node: Node, depth: int) -> list[Statement]:
        return self.statement(node.named_children[-1], depth) if depth < NESTING else []

    _KINDS: ClassVar[dict[str, Callable[[Statements, Node, int], list[Statement]]]] = {
        "assignment_statement": _assignment,
        "short_var_declaration": _assignment,
        "var_declaration": _variables,
        "const_declaration": _variables,
        "expression_statement": _expression_statement,
        "go_statement": _expression_statement,
        "defer_statement": _expression_statement,
        "return_statement": _return,
        "for_statement": _for,
        "if_statement": _if,
        "expression_switch_statement": _switch,
        "type_switch_statement": _switch,
        "select_statement": _switch,
        "block": _block,
        "labeled_statement": _labeled,
    }


def specifications(node: Node) -> list[Node]:
    """Return the single declarations of `const (...)` or `var (...)`."""
    done: list[Node] = []
    for child in node.named_children:
        if child.type == "var_spec_list":
            done += [each for each in child.named_children if each.type == "var_spec"]
        elif child.type in {"const_spec", "var_spec"}:
            done.append(child)
    return done
