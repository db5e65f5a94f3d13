"""Lies planted into the honest report on the shop, one each, and changes that are none.

A row of FAULTS: a name, the file (`json` or `notes`), a text of it, what stands there instead, and
the code of the problem that must be reported. After a row of HARMLESS the report is accepted.
"""

# ruff: noqa: E501

from __future__ import annotations

FAULTS: tuple[tuple[str, str, str, str, str], ...] = (
    ("a component of another name", "json", '"name": "BookCard"', '"name": "ProductTile"', "K40"),
    (
        "a component that is only used there",
        "json",
        'SearchField.tsx",\n          "line": 8\n        }\n      ]\n    },\n    {\n      "id": "CMP-003"',
        'RequireAccount.tsx",\n          "line": 5\n        }\n      ]\n    },\n    {\n      "id": "CMP-003"',
        "K40",
    ),
    ("a property that it does not take", "json", '"name": "cover"', '"name": "discount"', "K41"),
    ("a property of a component without any", "json", '"props": [],', '"props": [{"name": "role"}],', "K41"),
    (
        "a property that need not be given",
        "json",
        '"type": "number",\n          "required": true',
        '"type": "number",\n          "required": false',
        "K42",
    ),
    (
        "a property that must be given",
        "json",
        '"name": "placeholder",\n          "type": "string",\n          "required": false',
        '"name": "placeholder",\n          "type": "string",\n          "required": true',
        "K42",
    ),
    ("a test that is not there", "json", 'BookCard.test.tsx",\n      "evidence"', 'BookCard.spec.tsx",\n      "evidence"', "K43"),
    (
        "the test of another component",
        "json",
        '"test_file": null',
        '"test_file": "@ROOT@/src/components/BookCard.test.tsx"',
        "K43",
    ),
    ("another path", "json", '"path": "/books/:isbn"', '"path": "/book/:isbn"', "K44"),
    ("a path without what it lies in", "json", '"path": "/account/orders"', '"path": "/orders"', "K44"),
    ("another component of a route", "json", '"component": "BookPage"', '"component": "Catalogue"', "K45"),
    ("what no route shows", "json", '"component": "Orders"', '"component": "OrderTable"', "K45"),
    ("another store", "json", '"name": "useCart"', '"name": "useBasketStore"', "K47"),
    ("another library", "json", '"library": "zustand"', '"library": "recoil"', "K48"),
    ("no criterion", "json", '"criterion": "3.3.2"', '"criterion": "3.3.12"', "K49"),
    ("a level that is not the criterion's", "json", '"criterion": "1.1.1",\n          "level": "A"', '"criterion": "1.1.1",\n          "level": "AAA"', "K50"),
    ("an alternative text that is not there", "json", '"absent": [\n        "alt"\n      ]', '"present": [\n        "alt"\n      ]', "K51"),
    ("a name that is there", "json", '"present": [\n        "name",', '"absent": [\n        "name",', "K51"),
    ("a language that is not there", "json", '"absent": [\n        "lang"\n      ]', '"present": [\n        "lang"\n      ]', "K51"),
    ("an element that is not there", "json", '"element": "input"', '"element": "select"', "K52"),
    ("a count that is not the list's", "json", '"client_routes": 4', '"client_routes": 5', "C01"),
    ("a line that does not exist", "json", '"line": 13,\n          "end_line": 27', '"line": 13,\n          "end_line": 270', "E04"),
    ("a file that does not exist", "json", 'src/stores/session.ts",\n          "line": 7', 'src/stores/user.ts",\n          "line": 7', "E01"),
    ("a quotation that is not there", "notes", "dangerouslySetInnerHTML={{ __html: text }}", "dangerouslySetInnerHTML={{ __html: book }}", "E05"),
    ("another score in the notes", "notes", "| Accessibility | 6 |", "| Accessibility | 8 |", "C09"),
)  # fmt: skip

HARMLESS: tuple[tuple[str, str, str, str], ...] = (
    ("a component as markup", "json", '"name": "BookCard"', '"name": "<BookCard />"'),
    ("a parameter in another notation", "json", '"path": "/books/:isbn"', '"path": "/books/{id}"'),
    ("a property that nobody can see", "json", '"name": "cover",', '"name": "key",'),
    ("a property with its type", "json", '"name": "cover",', '"name": "cover?: string",'),
    ("required is not known", "json", '"type": "number",\n          "required": true', '"type": "number",\n          "required": null'),
    ("no test is named", "json", '"test_file": null', '"test_file": "@ROOT@/src/pages/Catalogue.tsx"'),
    ("a library with its version", "json", '"library": "zustand"', '"library": "zustand 4.5"'),
    ("no library", "json", '"library": "zustand"', '"library": null'),
    ("a store in words", "json", '"name": "useCart"', '"name": "the cart"'),
    ("an element as markup", "json", '"element": "img"', '"element": "<img>"'),
    ("an element in words", "json", '"element": "input"', '"element": "search field"'),
    ("no level", "json", '"criterion": "3.3.2",\n          "level": "A"', '"criterion": "3.3.2"'),
    ("a criterion of WCAG 2.1", "json", '"criterion": "4.1.2"', '"criterion": "4.1.1"'),
    ("a route whose guard is not known", "json", '"guarded": true', '"guarded": null'),
    ("no component of a route", "json", '"component": "Orders"', '"component": null'),
    ("another proposal", "json", '"name": "ErrorNotice"', '"name": "FailureBanner"'),
    ("other words", "notes", "Both are typed and small.", "Both are small, and typed."),
)  # fmt: skip
