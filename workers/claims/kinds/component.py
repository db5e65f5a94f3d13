"""Claims about components: the cited file declares it, it takes these properties, this tests it."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from sessions.errors import shown
from sessions.patterns import lazy_pattern
from workers.claims.citations import meant_path, shown_path
from workers.claims.claim import UNDECIDED, confirmed, place, refuted
from workers.claims.kinds.modules import imports_file
from workers.claims.kinds.screens import (
    cited_sources,
    components_in,
    placed_route,
    rows_of,
    text_in,
)
from workers.delivery.delivery import problem, text_of
from workers.readers.components import name_of_file
from workers.repository.repository import Refused
from workers.repository.source import Source, plain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from workers.claims.claim import Claim, Verdict
    from workers.claims.ground import Ground
    from workers.delivery.delivery import Delivery
    from workers.readers.components import Component, Components, Prop

_NAME = lazy_pattern(r"[A-Z][A-Za-z0-9_$]{0,100}(?:\.[A-Z][A-Za-z0-9_$]{0,100}){0,3}")
_PROP = lazy_pattern(r"[A-Za-z_$][\w$-]{0,100}")
# What every component takes, whatever it declares; what a framework adds of itself.
_OF_ALL = frozenset("key ref children class classname style slot id on".split())
# A file so called is a page or a part that its framework looks for: its component may be named
# after what it shows.
_BY_PLACE = lazy_pattern(
    r"(?:^|/)(?:page|layout|template|loading|error|not-found|default|route|index|_app|_document"
    r"|app|main|root|\+[\w.@()-]{1,80})\.\w{1,10}$|\[|\$"
    r"|(?:^|/)(?:pages|routes|views|layouts|screens)/"
)
_OF_A_FILE = lazy_pattern(
    r"(?:[A-Z][a-z0-9]\w{0,80}|[a-z][a-z0-9]{0,40}(?:-[a-z0-9]{1,40}){1,8})\.\w{1,10}$"
)
_MOST_SHOWN = 6


def extract(delivery: Delivery) -> Iterator[Claim]:
    """Yield the claims of the components that are said to exist."""
    for pointer, row, claim in rows_of(delivery, "component", "name"):
        yield claim
        listed = row.get("props")
        for position, prop in enumerate(listed if isinstance(listed, list) else []):
            name = _plain_prop(prop)
            if name is None:
                continue
            subject, where = f"{_plain_name(claim)}.{name}", f"{pointer}/props/{position}"
            own = replace(claim, subject=subject, says=name, pointer=where, row=prop)
            yield replace(own, kind="prop")
            if isinstance(prop.get("required"), bool):
                required = prop["required"]
                yield replace(own, kind="prop_required", says=required)
        test = text_of(row, "test_file")
        if test:
            where = f"{pointer}/test_file"
            yield replace(claim, kind="component_test", says=test, pointer=where)


def _plain_prop(prop: object) -> str | None:
    """Return the name of a property, None where the row says more than a name."""
    name = prop.get("name") if isinstance(prop, dict) else None
    bare = name.strip("`'\" ") if isinstance(name, str) else ""
    return bare if _PROP.fullmatch(bare) else None


def _plain_name(claim: Claim) -> str:
    """Return the name of a component as code writes it: `<Card />` is Card."""
    return re.sub(r"^<|\s*/?>$|\(\)$", "", str(claim.entry["name"]).strip("` "))


def decide_component(ground: Ground, claim: Claim) -> Verdict:
    """The cited file declares the component."""
    name = _plain_name(claim)
    readings = [(source, components_in(source)) for source in cited_sources(claim)]
    for source, reading in readings:
        for component in reading.components if reading else ():
            if _is_called(source, component, reading, name):
                return confirmed(source.path, component.line)
    understood = [
        (source, reading)
        for source, reading in readings
        if reading is not None and _excludes(ground, source, reading, name)
    ]
    if not understood or len(understood) != len(readings):
        return UNDECIDED
    source, reading = understood[0]
    first = reading.components[0]
    names = dict.fromkeys(component.name for component in reading.components)
    listed = ", ".join(shown(other, 60)[1:-1] for other in list(names)[:_MOST_SHOWN])
    message = f"`{place(source.path, first.line)}` declares {listed}, not {shown(name, 60)[1:-1]}"
    hint = "Write the name that is declared, or cite the line that declares this one."
    module = dict(reading.imported).get(name.split(".")[0])
    if module:
        hint = f"It is imported there from {shown(module, 80)}: cite the line that declares it."
    refutation = problem("K40", message, hint, ground.place(claim, "name"))
    return refuted(refutation, source.path, first.line)


def _is_called(source: Source, component: Component, reading: Components | None, name: str) -> bool:
    """Tell whether a component has a name: its own, or one that its file or folders give it."""
    if plain(component.name) == plain(name):
        return True
    if reading is None or not reading.is_file:
        return False
    if any(plain(other) == plain(name) for other in reading.other_names):
        return True
    folders = source.path.split("/")[:-1]
    names = [component.name]
    for folder in reversed(folders):
        names.append(folder + names[-1])
    return plain(name) in set(map(plain, names))


def _excludes(ground: Ground, source: Source, reading: Components, name: str) -> bool:
    """Tell whether a file was understood so that no component of a name is declared in it."""
    if reading.unread or not reading.components or not _NAME.fullmatch(name):
        return False
    is_imported = name.split(".", maxsplit=1)[0] in dict(reading.imported)
    is_by_place = _BY_PLACE.search(source.path) or placed_route(ground, source) is not None
    if is_by_place and not is_imported:
        return False
    parts = {plain(part) for part in (name, *name.split("."))}
    others = {plain(part) for other in reading.other_names for part in (other, *other.split("."))}
    if parts & others or plain(name_of_file(source.path)) == plain(name):
        return False
    if reading.is_file:
        own = plain(reading.components[0].name)
        is_plain = _OF_A_FILE.search(source.path.rpartition("/")[2]) is not None
        return is_plain and own not in plain(name) and plain(name) not in own
    return True


def _declared(claim: Claim) -> list[tuple[Source, Component]]:
    """Return the components of a row's name in the files that it cites."""
    name = _plain_name(claim)
    return [
        (source, component)
        for source in cited_sources(claim)
        if (reading := components_in(source)) is not None
        for component in reading.components
        if _is_called(source, component, reading, name)
    ]


def _prop_of(component: Component, name: str) -> Prop | None:
    return next((prop for prop in component.props.listed if plain(prop.name) == plain(name)), None)


def decide_prop(ground: Ground, claim: Claim) -> Verdict:
    """The component takes the property."""
    name, declared = str(claim.says), _declared(claim)
    for source, component in declared:
        prop = _prop_of(component, name)
        if prop is not None:
            return confirmed(source.path, prop.line)
    if not declared or plain(name) in _OF_ALL or not all(c.props.whole for _, c in declared):
        return UNDECIDED
    source, component = declared[0]
    if component.framework != "react" and name.lower().startswith("on"):
        return UNDECIDED  # an event that it emits is heard so
    names = ", ".join(prop.name for prop in component.props.listed[:_MOST_SHOWN])
    takes = f"takes {shown(names, 200)[1:-1]}" if names else "takes no properties"
    at = place(source.path, component.line)
    message = f"`{at}` {takes}; {shown(name, 60)[1:-1]} is none of them"
    hint = "Write the properties that it declares, or leave this one out."
    refutation = problem("K41", message, hint, ground.place(claim, "name"))
    return refuted(refutation, source.path, component.line)


def decide_required(ground: Ground, claim: Claim) -> Verdict:
    """The property has to be given, or need not be."""
    name = _plain_prop(claim.row) or ""
    props = [(source, _prop_of(component, name)) for source, component in _declared(claim)]
    known = [(source, prop) for source, prop in props if prop is not None]
    if not known or any(prop.required is None for _, prop in known):
        return UNDECIDED
    source, prop = known[0]
    if any(other.required is claim.says for _, other in known):
        return confirmed(source.path, prop.line)
    what = "is required" if prop.required else "need not be given"
    message = f"`{place(source.path, prop.line)}`: {shown(name, 60)[1:-1]} {what}"
    hint = f'Write "required": {str(prop.required).lower()}.'
    refutation = problem("K42", message, hint, ground.place(claim, "required"))
    return refuted(refutation, source.path, prop.line)


def decide_test(ground: Ground, claim: Claim) -> Verdict:
    """The file that is said to test the component exists, and names it."""
    file, name = str(claim.says), _plain_name(claim)
    source = ground.repository.source(file)
    if isinstance(source, Refused):
        if source.reason not in {"missing", "not_a_file"}:
            return UNDECIDED
        hint = meant_path(file, source.near) or "Name the file that tests it, or null."
        message = f"`{shown_path(file)}` does not exist"
        return refuted(problem("K43", message, hint, ground.place(claim)))
    if any(imports_file(source, cited.path) for cited in cited_sources(claim)):
        return confirmed(source.path)
    words = {name.rpartition(".")[2], name.split(".")[0]}
    words |= {name_of_file(cited.path) for cited in cited_sources(claim)}
    if any(plain(word) in plain(text_in(source)) for word in words):
        return UNDECIDED
    message = f"`{place(source.path, None)}` does not name {shown(name, 60)[1:-1]}"
    hint = "Name the file that tests it, or null."
    return refuted(problem("K43", message, hint, ground.place(claim)), source.path)


DECIDERS: dict[str, Callable[[Ground, Claim], Verdict]] = {
    "component": decide_component,
    "prop": decide_prop,
    "prop_required": decide_required,
    "component_test": decide_test,
}
