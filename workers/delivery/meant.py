"""Values of the JSON whose form loses nothing: taken as they are meant before a model sees them.

What a field may hold is read from its type, so that every field of every worker is treated alike:
a word in another letter case, digits as text, `null` for None, one value where a list is meant.
What may mean two things is left as it is, and the schema tells it.
"""

from __future__ import annotations

import json
import re
from functools import cache, partial
from types import NoneType, UnionType
from typing import TYPE_CHECKING, Annotated, Any, Literal, NamedTuple, Union, get_args, get_origin

from pydantic import BaseModel

from sessions.patterns import lazy_pattern
from workers.contract import POINTER_CHARACTERS
from workers.deliverables.forms import (
    Evidence,
    MeantAs,
    Scalar,
    Text,
    TextOrList,
    TextOrObject,
    TextOrTexts,
)
from workers.delivery.citation import read_citation
from workers.delivery.json_lines import escape
from workers.delivery.outline import is_template_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    Reader = Callable[[Any], Any]

_TRUE, _FALSE = frozenset("true yes y on 1".split()), frozenset("false no n off 0".split())
_NOTHING = frozenset({"null", "none", "nil", "n/a", "undefined", "unknown"})
_NONE = frozenset({"none", "null", "nil"})
# Where `none` is an answer like any other.
_FREE = (Scalar, TextOrList, TextOrObject, TextOrTexts)
_WHOLE = lazy_pattern(r"-?(?:[0-9]{1,15}|[0-9]{1,3}(?:,[0-9]{3}){1,4})(?:\.0{1,6})?")
_DECIMAL = lazy_pattern(r"-?[0-9]{1,15}(?:[.,][0-9]{1,15})?")
_OF_TEN = lazy_pattern(r"([0-9]{1,2}(?:\.[0-9]{1,6})?)\s*/\s*10")
_STATUS = lazy_pattern(r"([1-5][0-9]{2})(?:\s+[A-Za-z][A-Za-z' -]{0,40})")
_LINES = lazy_pattern(r"(?:lines?\s+)?[L0-9][L0-9 \u2010-\u2015-]{0,30}", re.IGNORECASE)
_FINDING = lazy_pattern(r"[a-z]+-[a-z]+-[0-9]+", re.IGNORECASE)
# The unit that an effort names -> what it is of hours, days and weeks. The largest one holds.
_UNITS = {
    "weeks": r"weeks?|wks?|w|months?|mos?|quarters?|wochen?|monate?|semaines?|semanas?",
    "days": r"days?|d|man-?days?|person-?days?|workdays?|tage?n?|jours?|d\u00edas?",
    "hours": r"hours?|hrs?|h|minutes?|mins?|stunden?|minuten?|heures?|horas?",
}
_EFFORT_CHARACTERS = 120
_BRIEF = 100  # characters of a value that are printed


class Taken(NamedTuple):
    """A value that was in another form: where it stands, what it was, and as what it was taken.

    `pointer` is into the JSON; `line` is that of the notes, where it stands there.
    """

    pointer: str
    was: Any
    taken: Any
    line: int | None = None

    def document(self) -> dict[str, Any]:
        """Return it as it is printed: long values are cut."""
        at: dict[str, Any] = {"pointer": self.pointer[:POINTER_CHARACTERS]}
        if self.line is not None:
            at = {"line": self.line}
        return {**at, "was": _brief(self.was), "taken": _brief(self.taken)}


def _brief(value: Any) -> Any:
    """Return a number as it is, all else as a text of bounded length."""
    if value is None or isinstance(value, bool | int | float):
        return value
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _BRIEF else f"{text[: _BRIEF - 3]}..."


class Shape(NamedTuple):
    """What a field may hold: how a value is read, the model of an object, the shape of an item."""

    read: Reader
    model: type[BaseModel] | None = None
    item: Shape | None = None


def take_as_meant(data: dict[str, Any], model: type[BaseModel], root: Path) -> list[Taken]:
    """Put every value of a report that is in another form as its model has it; return which."""
    taken: list[Taken] = []
    _take_object(data, model, "", root, taken)
    return taken


def _take_object(
    data: dict[str, Any], model: type[BaseModel], pointer: str, root: Path, taken: list[Taken]
) -> None:
    shapes = _shapes(model)
    for name, value in data.items():
        if name in shapes:
            data[name] = _take(value, shapes[name], f"{pointer}/{escape(name)}", root, taken)
    if issubclass(model, Evidence):
        _split_lines(data, pointer, taken)


def _take(value: Any, shape: Shape, pointer: str, root: Path, taken: list[Taken]) -> Any:
    if isinstance(value, str) and is_template_text(value):
        return value
    meant = value
    if shape.model is not None and issubclass(shape.model, Evidence):
        meant = _evidence(value, root)
    meant = shape.read(meant)
    if meant is not value and repr(meant) != repr(value):
        taken.append(Taken(pointer, value, _copied(meant)))
    if shape.item is not None and isinstance(meant, list):
        for position, inner in enumerate(meant):
            meant[position] = _take(inner, shape.item, f"{pointer}/{position}", root, taken)
    elif shape.model is not None and isinstance(meant, dict):
        _take_object(meant, shape.model, pointer, root, taken)
    return meant


def _copied(value: Any) -> Any:
    """Return a list as it is now: its items may be taken otherwise after it."""
    return list(value) if isinstance(value, list) else value


@cache
def _shapes(model: type[BaseModel]) -> dict[str, Shape]:
    """Return the shape of each key that an object of a model may have."""
    return {
        info.alias or name: _shape(info.annotation, info.metadata)
        for name, info in model.model_fields.items()
    }


def _shape(annotation: Any, metadata: Sequence[Any] = ()) -> Shape:
    """Return the shape that an annotation like `list[Finding]` or `Effort | None` describes."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _shape(arguments[0], (*metadata, *arguments[1:]))
    if origin in {Union, UnionType}:
        others = [argument for argument in arguments if argument is not NoneType]
        if len(others) != 1:
            return Shape(_as_it_is)
        inner = _shape(others[0], metadata)
        if inner.item is not None:
            return inner
        words = _NONE if others[0] is Text else _NOTHING
        if others[0] in _FREE:
            return inner
        return Shape(partial(_or_null, inner.read, words), inner.model, inner.item)
    if origin is list:
        item = _shape(arguments[0])
        return Shape(partial(_list, item=item), item=item)
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return Shape(_as_it_is, model=annotation)
    return Shape(_reader(annotation, metadata))


def _reader(annotation: Any, metadata: Sequence[Any]) -> Reader:
    """Return how a value of a type that is no list and no object is read."""
    readers = [READERS[mark.reader] for mark in metadata if isinstance(mark, MeantAs)]
    pattern = next((m.pattern for m in metadata if getattr(m, "pattern", None)), None)
    if get_origin(annotation) is Literal:
        choices = {_folded(choice): choice for choice in get_args(annotation)}
        readers.insert(0, partial(_choice, choices))
    elif annotation is bool:
        readers.append(_boolean)
    elif annotation is int:
        readers.append(partial(_whole, is_status=_bound(metadata, "ge") == 100))
    elif annotation is float:
        readers.append(partial(_decimal, of_ten=_bound(metadata, "le") == 10))
    elif pattern is not None:
        readers.append(partial(_patterned, re.compile(pattern)))
    return partial(_in_turn, readers) if readers else _as_it_is


def _bound(metadata: Iterable[Any], name: str) -> Any:
    return next((getattr(mark, name) for mark in metadata if hasattr(mark, name)), None)


def _in_turn(readers: Sequence[Reader], value: Any) -> Any:
    for reader in readers:
        meant = reader(value)
        if meant is not value:
            return meant
    return value


def _as_it_is(value: Any) -> Any:
    return value


def _folded(text: str) -> str:
    return re.sub(r"[\s_-]+", "_", text.strip()).casefold()


def _choice(choices: dict[str, str], value: Any) -> Any:
    """Take a word in another letter case, or with blanks or hyphens, as the one that is allowed."""
    if not isinstance(value, str) or value in choices.values():
        return value
    return choices.get(_folded(value), value)


def _boolean(value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, str | int):
        return value
    word = str(value).strip().casefold()
    if word in _TRUE:
        return True
    return False if word in _FALSE else value


def _whole(value: Any, *, is_status: bool) -> Any:
    if isinstance(value, float):
        return int(value) if value.is_integer() and abs(value) < 1e15 else value
    if not isinstance(value, str):
        return value
    text = value.strip()
    if _WHOLE.fullmatch(text):
        return int(text.split(".")[0].replace(",", ""))
    status = _STATUS.fullmatch(text) if is_status else None
    return int(status[1]) if status else value


def _decimal(value: Any, *, of_ten: bool) -> Any:
    if not isinstance(value, str):
        return value
    text = value.strip()
    out_of_ten = _OF_TEN.fullmatch(text) if of_ten else None
    if out_of_ten:
        text = out_of_ten[1]
    if not _DECIMAL.fullmatch(text):
        return value
    number = float(text.replace(",", "."))
    return int(number) if number.is_integer() else number


def _patterned(pattern: re.Pattern[str], value: Any) -> Any:
    """Take a text in another letter case, or within blanks, as that of the pattern."""
    if not isinstance(value, str) or pattern.search(value):
        return value
    tried = (value.strip(), value.strip().upper())
    return next((text for text in tried if pattern.search(text)), value)


def _effort(value: Any) -> Any:
    """Take an effort in words, `2 days` or `half a day`, as the unit that it names."""
    if not isinstance(value, str) or len(value) > _EFFORT_CHARACTERS:
        return value
    duration = re.fullmatch(r"P(?:\d+([WDM]))?(?:T\d+[HM])?", value.strip(), re.IGNORECASE)
    if duration and len(value.strip()) > 2:
        largest = {"W": "weeks", "M": "weeks", "D": "days"}
        return largest.get((duration[1] or "").upper(), "hours")
    for unit, words in _UNITS.items():
        if re.search(rf"(?<![^\W\d_])(?:{words})(?!\w)", value, re.IGNORECASE):
            return unit
    return value


def _none_text(value: Any) -> Any:
    """Take null, false and `none` as the text None, where that is an answer."""
    if value is None or value is False:
        return "None"
    is_none = isinstance(value, str) and value != "None"
    return "None" if is_none and value.strip(" .").casefold() in _NONE else value


def _upper(value: Any) -> Any:
    if not isinstance(value, str) or value == value.strip().upper():
        return value
    return value.strip().upper()


def _finding_id(value: Any) -> Any:
    return _upper(value) if isinstance(value, str) and _FINDING.fullmatch(value.strip()) else value


def _text_or_object(value: Any) -> Any:
    """Take a list as the JSON that it is, and brackets without anything in them as an object."""
    if isinstance(value, list):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, str) and re.fullmatch(r"\s*(?:\{\s*\}|\[\s*\])\s*", value):
        return {}
    return value


def _text_or_texts(value: Any) -> Any:
    is_texts = isinstance(value, list) and value and all(isinstance(one, str) for one in value)
    return "\n".join(value) if is_texts else value


def _number_text(value: Any) -> Any:
    """Take a number, a status code or a version, as the text that it makes."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return str(value) if is_number else value


# What a type's `MeantAs` names -> how its values are read.
READERS: dict[str, Reader] = {
    "effort": _effort,
    "finding id": _finding_id,
    "none": _none_text,
    "number": _number_text,
    "text or object": _text_or_object,
    "text or texts": _text_or_texts,
    "upper": _upper,
}


def _or_null(read: Reader, words: frozenset[str], value: Any) -> Any:
    """Take a word for nothing as null, where null is allowed and the word is no answer itself."""
    if value is None:
        return None
    meant = read(value)
    if meant is value and isinstance(value, str) and value.strip().casefold() in words:
        return None
    return meant


def _list(value: Any, *, item: Shape) -> Any:
    """Take nothing as no items, and one item as a list of it."""
    if value is None:
        return []
    if isinstance(value, dict) and item.model is not None:
        return [value]
    if not isinstance(value, str) or not value.strip():
        return value
    if value.strip(" .").casefold() in _NONE:
        return []
    if item.model is not None:
        return [value] if issubclass(item.model, Evidence) else value
    words = [part.strip() for part in re.split("[,;]", value)]
    return words if all(re.fullmatch(r"\S+", word) for word in words) else [value]


def _evidence(value: Any, root: Path) -> Any:
    """Take evidence as text, `app/x.py:12` or `app/x.py#L9-L11`, as the object that it means."""
    if not isinstance(value, str):
        return value
    text = re.sub(r"^\s*evidence\s*:\s*", "", value, flags=re.IGNORECASE).strip().strip("`")
    citation = read_citation(text, 0)
    if citation is None:
        return value
    path = citation.path if citation.path.startswith("/") else f"{root}/{citation.path}"
    meant: dict[str, Any] = {"file": path, "line": citation.line}
    return meant if citation.end_line is None else {**meant, "end_line": citation.end_line}


def _split_lines(item: dict[str, Any], pointer: str, taken: list[Taken]) -> None:
    """Put `"line": "9-11"` and `"L9"` into `line` and `end_line`, where those say nothing else."""
    line = item.get("line")
    if not isinstance(line, str) or not _LINES.fullmatch(line.strip()):
        return
    citation = read_citation(f"x.py:{line.strip()}", 0)
    if citation is None or item.get("end_line") not in {None, citation.end_line}:
        return
    item["line"] = citation.line
    if citation.end_line is not None:
        item["end_line"] = citation.end_line
    was = citation.line if citation.end_line is None else f"{citation.line}-{citation.end_line}"
    taken.append(Taken(f"{pointer}/line", line, was))
