"""Codes K: what the repository is said to hold is there."""

from __future__ import annotations

from workers.codes.code import Code

CODES: dict[str, Code] = {
    "K01": Code(
        "The cited lines declare another method",
        "Whoever calls the endpoint as reported is refused.",
        '"method": "PUT" for a line @router.get("/users")',
        '"method": "GET"',
    ),
    "K02": Code(
        "The cited lines declare another path",
        "The claim and its evidence speak of two endpoints.",
        '"path": "/api/v1/invoices" for a line @router.get("/orders")',
        '"path": "/api/v1/orders"',
    ),
    "K03": Code(
        "A path parameter has another name in the code",
        "Generated clients use the name.",
        "/users/{id} for @router.get('/users/{user_id}')",
        "/users/{user_id}",
        severity="warning",
    ),
    "K04": Code(
        "The lines cited for an endpoint show no route",
        "Unknown: the endpoint may exist, these lines do not show it.",
        "a citation of the service that the handler calls",
        "a citation of the decorator or router call",
        severity="warning",
    ),
    "K05": Code(
        "A word of an existing path is nowhere in the repository",
        "A path that the code serves is made of words of the code.",
        "/api/v1/invoices in a repository without invoices",
        "a path that the code declares",
    ),
    "K06": Code(
        "The route declares another success status",
        "Clients test for it.",
        '"success_status": 200 for status_code=201',
        '"success_status": 201',
    ),
    "K08": Code(
        "A table said to exist is not in the repository, or not where it is cited",
        "No model, migration or query names it.",
        '"table_name": "invoices" with evidence of CREATE TABLE orders',
        '"table_name": "orders"',
    ),
    "K09": Code(
        "A column of an existing table does not exist",
        "It is nowhere, or not in the CREATE TABLE that is cited.",
        '"name": "discount" for a table without it',
        "a column that the table has",
    ),
    "K10": Code(
        "A column is declared otherwise",
        "Another kind of type, another length, null or key than the table declares.",
        '"type": "text" for order_id bigint',
        '"type": "bigint"',
    ),
    "K11": Code(
        "An index of an existing table is nowhere in the repository",
        "An index that does not exist speeds nothing up.",
        '"name": "by_date" that no file names',
        "an index that exists",
    ),
    "K12": Code(
        "A related table is nowhere in the repository",
        "A relationship needs two tables.",
        '"related_table": "custmers"',
        '"related_table": "customers"',
    ),
    "K13": Code(
        "A file that is named does not exist",
        "Without `Proposed:` a name in backticks says that it is there.",
        "`app/ghost.py` in the text of a section",
        "a file that exists",
        severity="warning",
    ),
    "K14": Code(
        "An identifier that is named is nowhere in the repository",
        "It may be of a library; else it was misremembered.",
        "`get_curent_user()`",
        "`get_current_user()`",
        severity="warning",
    ),
    "K15": Code(
        "A technology shows nowhere in the repository",
        "No manifest, import or setting names it.",
        "Kafka among the integration patterns of a service without it",
        "what the service uses",
        severity="warning",
    ),
    "K17": Code(
        "The notes describe an endpoint or table that the JSON does not list",
        "The JSON lists them all.",
        "ENDPOINT: GET /api/v1/refunds in the notes only",
        "the same entry in api_specifications",
    ),
    "K18": Code(
        "A column could not be found",
        "Unknown: a class of a library may bring it.",
        '"name": "lft" of a model whose base class is not in the repository',
        "a column that can be seen",
        severity="warning",
    ),
    "K19": Code(
        "The map of the repository gives an endpoint another path",
        "Prefixes are in other files than the route; a proxy may still change them.",
        '"path": "/orders" of a router that is mounted below /api/v1',
        '"path": "/api/v1/orders"',
        severity="warning",
    ),
    "K20": Code(
        "A measure that an endpoint is said to have shows nowhere",
        "Nothing in the repository limits calls, or caches.",
        '"rate_limited": true in a repository without a limiter',
        '"rate_limited": false, or null where something in front does it',
        severity="warning",
    ),
    "K21": Code(
        "A typed claim of a finding is refuted",
        "The repository declares what the finding says is missing, or something else.",
        '{"kind": "missing_index", "table": "users", "columns": ["email"]} of a unique column',
        "a claim that the declarations bear out, or none",
    ),
    "K22": Code(
        "Passwords are said to be kept as plain text, and the cited code hashes them",
        "Prose refutes nothing; whoever acts on it repairs what is not broken.",
        "'passwords are stored unhashed', with a citation of bcrypt.hash(password)",
        "the line that keeps a password as it was typed",
        severity="warning",
    ),
    "K23": Code(
        "An endpoint asks who is calling where it is said not to, or the other way round",
        "The map has the guards of routes; where it does not know them all, nothing is said.",
        '"requires_auth": false of a route under `Depends(current_user)`',
        '"requires_auth": true',
    ),
}
