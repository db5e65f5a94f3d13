"""What is decided of components, client routes, state and accessibility on a small project."""

# ruff: noqa: E501

from __future__ import annotations

from typing import Any

import pytest

from tests.entries import outcomes, row
from tests.kit import PROJECT
from workers.claims.kinds import accessibility, client_route, component, state

SERVICE = PROJECT / "tests" / "workers" / "frontend" / "service"
CARD = "src/components/BookCard.tsx:13"
FIELD = "src/components/SearchField.tsx:8"
MAIN = "src/main.tsx"


def props(*names: str, **required: bool) -> list[dict[str, Any]]:
    listed = dict.fromkeys(names) | required
    return [
        {"name": name} if needed is None else {"name": name, "required": needed}
        for name, needed in listed.items()
    ]


TEST = str(SERVICE / "src/components/BookCard.test.tsx")
COMPONENTS = {
    "as it is": (row(CARD, name="BookCard"), ["component confirmed"]),
    "as markup": (row(CARD, name="<BookCard />"), ["component confirmed"]),
    "another name": (row(CARD, name="ProductCard"), ["component refuted K40"]),
    "used, not declared": (
        row("src/pages/Catalogue.tsx:21", name="SearchField"),
        ["component refuted K40"],
    ),
    "used and declared": (
        row("src/pages/Catalogue.tsx:21", FIELD, name="SearchField"),
        ["component confirmed"],
    ),
    "in words": (row(CARD, name="Card of a book"), ["component undecided"]),
    "by what a page shows": (row("src/pages/Orders.tsx:3", name="OrderHistory"), ["component undecided"]),
    "a style": (row("src/components/BookCard.module.css:1", name="Card"), ["component undecided"]),
    "no evidence": (row(name="Card"), ["component undecided"]),
    "its properties": (
        row(CARD, name="BookCard", props=props("isbn", title=True, cover=False)),
        [
            "component confirmed",
            "prop confirmed",
            "prop confirmed",
            "prop_required confirmed",
            "prop confirmed",
            "prop_required confirmed",
        ],
    ),
    "a property that it has not": (
        row(CARD, name="BookCard", props=props("size", "key", "title: string")),
        ["component confirmed", "prop refuted K41", "prop undecided"],
    ),
    "required otherwise": (
        row(CARD, name="BookCard", props=props(cover=True)),
        ["component confirmed", "prop confirmed", "prop_required refuted K42"],
    ),
    "its test": (row(CARD, name="BookCard", test_file=TEST), ["component confirmed", "component_test confirmed"]),
    "the test of another": (
        row(FIELD, name="SearchField", test_file=TEST),
        ["component confirmed", "component_test refuted K43"],
    ),
    "a test that is not there": (
        row(FIELD, name="SearchField", test_file=TEST.replace("BookCard", "SearchField")),
        ["component confirmed", "component_test refuted K43"],
    ),
    "proposed": ({**row(CARD, name="ProductCard"), "status": "proposed"}, []),
}  # fmt: skip


@pytest.mark.parametrize("name", COMPONENTS)
def test_a_component_is_decided(name: str) -> None:
    entry, expected = COMPONENTS[name]
    assert outcomes(SERVICE, "component", component, entry) == expected


ROUTES = {
    "the start": (row(f"{MAIN}:11", path="/"), ["client_route confirmed"]),
    "a parameter": (
        row(f"{MAIN}:12", path="/books/{id}", component="BookPage", guarded=False),
        ["client_route confirmed", "route_component confirmed", "route_guarded undecided"],
    ),
    "below another": (row(f"{MAIN}:17", path="/account/orders"), ["client_route confirmed"]),
    "what is loaded": (
        row(f"{MAIN}:17", path="/account/orders", component="Orders"),
        ["client_route confirmed", "route_component confirmed"],
    ),
    "all of it": (row(f"{MAIN}:10-20", path="/account"), ["client_route confirmed"]),
    "another path": (row(f"{MAIN}:12", path="/book/:isbn"), ["client_route refuted K44"]),
    "without what is above": (row(f"{MAIN}:17", path="/orders"), ["client_route refuted K44"]),
    "another component": (
        row(f"{MAIN}:12", path="/books/:isbn", component="Catalogue"),
        ["client_route confirmed", "route_component refuted K45"],
    ),
    "said to be open": (
        row(f"{MAIN}:13-16", path="/account", component="RequireAccount", guarded=False),
        ["client_route confirmed", "route_component confirmed", "route_guarded undecided K46"],
    ),
    "guarded": (
        row(f"{MAIN}:13-16", path="/account", guarded=True),
        ["client_route confirmed", "route_guarded confirmed"],
    ),
    "below a folder of the server": (row(f"{MAIN}:12", path="/shop/books/:isbn"), ["client_route undecided"]),
    "cited where it is used": (row("src/components/BookCard.tsx:17", path="/books/:isbn"), ["client_route undecided"]),
}  # fmt: skip


@pytest.mark.parametrize("name", ROUTES)
def test_a_client_route_is_decided(name: str) -> None:
    entry, expected = ROUTES[name]
    assert outcomes(SERVICE, "client_route", client_route, entry) == expected


CART = "src/stores/cart.ts:8"
STORES = {
    "as it is": (row(CART, name="useCart", library="zustand"), ["state confirmed", "state_library confirmed"]),
    "with a version": (row(CART, name="useCart", library="Zustand 4.5"), ["state confirmed", "state_library confirmed"]),
    "in words": (row(CART, name="the cart", library="own code"), ["state undecided", "state_library undecided"]),
    "another name": (row(CART, name="useBasketStore"), ["state refuted K47"]),
    "another library": (row(CART, name="useCart", library="mobx"), ["state confirmed", "state_library refuted K48"]),
    "by its own name": (row(CART, name="useCart", library="Redux Toolkit"), ["state confirmed", "state_library refuted K48"]),
    "of the framework": (row(CART, name="useCart", library="react"), ["state confirmed", "state_library undecided"]),
}  # fmt: skip


@pytest.mark.parametrize("name", STORES)
def test_a_store_is_decided(name: str) -> None:
    entry, expected = STORES[name]
    assert outcomes(SERVICE, "state", state, entry) == expected


IMAGE, BUTTON, INPUT = (
    "src/components/BookCard.tsx:18",
    "src/components/SearchField.tsx:18",
    "src/components/SearchField.tsx:12-17",
)
AIDS = {
    "no alternative": (row(IMAGE, element="img", absent=["alt"]), ["element confirmed", "aid confirmed"]),
    "an alternative that is not there": (row(IMAGE, element="<img>", present=["alt"]), ["element confirmed", "aid refuted K51"]),
    "a name": (row(BUTTON, element="button", present=["name", "label"], absent=["role"]), ["element confirmed", *["aid confirmed"] * 3]),
    "a name that is there": (row(BUTTON, element="button", absent=["name"]), ["element confirmed", "aid refuted K51"]),
    "no label": (row(INPUT, element="input", absent=["label"]), ["element confirmed", "aid confirmed"]),
    "in a label": (row("src/pages/Orders.tsx:9", element="input", absent=["label"]), ["element confirmed", "aid refuted K51"]),
    "a language": (row("index.html:2", element="html", absent=["lang"]), ["element confirmed", "aid confirmed"]),
    "another element": (row(INPUT, element="select"), ["element refuted K52"]),
    "in words": (row(INPUT, element="search field"), ["element undecided"]),
    "a criterion": (row(wcag=[{"criterion": "1.1.1", "level": "A"}, {"criterion": "4.1.1"}]), ["wcag confirmed"] * 2),
    "no criterion": (row(wcag=[{"criterion": "1.5.1"}]), ["wcag refuted K49"]),
    "another level": (row(wcag=[{"criterion": "1.4.3", "level": "A"}]), ["wcag refuted K50"]),
    "proposed": ({**row(wcag=[{"criterion": "2.6.1"}]), "status": "proposed"}, ["wcag refuted K49"]),
}  # fmt: skip


@pytest.mark.parametrize("name", AIDS)
def test_accessibility_is_decided(name: str) -> None:
    entry, expected = AIDS[name]
    assert outcomes(SERVICE, "accessibility", accessibility, entry) == expected
