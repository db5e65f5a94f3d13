"""Claims about stores of state: the name is in the code, a manifest names the library."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from sessions.errors import shown
from sessions.patterns import lazy_pattern
from workers.claims import manifests
from workers.claims.claim import UNDECIDED, confirmed, place, refuted
from workers.claims.kinds.screens import rows_of
from workers.delivery.delivery import problem, text_of
from workers.repository.source import plain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from workers.claims.claim import Claim, Verdict
    from workers.claims.ground import Ground
    from workers.delivery.delivery import Delivery

_NAME = lazy_pattern(r"[A-Za-z_$][\w$]{2,80}")
_PACKAGE = lazy_pattern(r"(?:@[a-z0-9][\w.-]{0,80}/)?[a-z0-9][\w.-]{1,80}")
# What is called by another name than its package is.
_PACKAGES = {
    "redux toolkit": "@reduxjs/toolkit",
    "rtk": "@reduxjs/toolkit",
    "rtk query": "@reduxjs/toolkit",
    "react query": "@tanstack/react-query",
    "tanstack query": "@tanstack/react-query",
    "vue query": "@tanstack/vue-query",
    "apollo": "@apollo/client",
    "apollo client": "@apollo/client",
    "ngrx": "@ngrx/store",
    "nanostores": "nanostores",
}
_KNOWN = frozenset(
    "zustand jotai recoil mobx redux pinia vuex xstate swr valtio effector rematch immer".split()
)
# What a framework brings itself.
_BUILT_IN = frozenset("react vue svelte solid-js angular @angular/core preact next nuxt".split())


def extract(delivery: Delivery) -> Iterator[Claim]:
    """Yield the claims of the stores that are said to exist."""
    for pointer, row, claim in rows_of(delivery, "state", "name"):
        yield claim
        library = text_of(row, "library")
        if library:
            where = f"{pointer}/library"
            yield replace(claim, kind="state_library", says=library, pointer=where)


def decide_store(ground: Ground, claim: Claim) -> Verdict:
    """The cited lines, or any code, name the store."""
    name = str(claim.says).strip("` ").removesuffix("()")
    if not _NAME.fullmatch(name):
        return UNDECIDED
    word = re.compile(rf"(?<![\w$]){re.escape(name)}(?![\w$])")
    for source, first, last in claim.cited:
        for number in range(first, last + 1):
            if word.search(source.lines[number - 1][:2000]):
                return confirmed(source.path, number)
    if ground.repository.has_word(name) is not False:
        return UNDECIDED
    message = f"{shown(name, 60)} is nowhere in the repository"
    hint = "Write the name that the code gives the store."
    return refuted(problem("K47", message, hint, ground.place(claim, "name")))


def decide_library(ground: Ground, claim: Claim) -> Verdict:
    """A manifest names the library."""
    package = _package(str(claim.says))
    if package is None:
        return UNDECIDED
    named = manifests.naming(ground, package)
    if named:
        return confirmed(named[0][0], named[0][2])
    files = ground.repository.files
    manifest = next((file for file in files if file.rpartition("/")[2] == "package.json"), None)
    words = [part for part in re.split(r"[@/]", package) if part]
    if manifest is None or ground.repository.has_word(words[-1]) is not False:
        return UNDECIDED
    message = f"no manifest names {shown(package, 80)}"
    hint = f"Write the package that `{place(manifest, None)}` names, or null for none."
    return refuted(problem("K48", message, hint, ground.place(claim)))


def _package(text: str) -> str | None:
    """Return the package that is meant, None where it is none or may be called otherwise."""
    bare = re.sub(r"(?<=[\w)])[@ ]v?\d[\w.]*$", "", text.strip("` ")).strip()
    name = _PACKAGES.get(bare.lower())
    if name is None:
        parts = bare.split("/")
        name = "/".join(parts[:2] if bare.startswith("@") else parts[:1])
        name = name.lower() if plain(name) in _KNOWN else name
    is_certain = _PACKAGE.fullmatch(name) is not None and " " not in name
    return name if is_certain and name not in _BUILT_IN else None


DECIDERS: dict[str, Callable[[Ground, Claim], Verdict]] = {
    "state": decide_store,
    "state_library": decide_library,
}
