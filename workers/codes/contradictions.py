"""Codes X: what the accepted reports of a session say otherwise of one thing."""

from __future__ import annotations

from workers.codes.code import Code

CODES: dict[str, Code] = {
    "X01": Code(
        "Two reports say otherwise of an endpoint",
        "Method, path, guard, limit and status are facts of the code: one report is wrong.",
        "GET /orders with requires_auth true in one report, false in another",
        "the same in both, as the cited line declares it; null where nobody looked",
    ),
    "X02": Code(
        "Two reports say otherwise of a table or column",
        "A migration written after the wrong one fails, or loses data.",
        "orders.total is numeric(10,2) in one report, text in another",
        "the type and keys that the schema declares, in both",
    ),
    "X03": Code(
        "Two reports rate the same thing otherwise",
        "What is done first depends on it.",
        "missing_index on orders.user_id is high in one report, low in another",
        "one severity in both, or claims that say in what the two findings differ",
    ),
    "X04": Code(
        "What exists in one report is only proposed in another",
        "It is built twice, or never.",
        "POST /refunds is existing in one report, proposed in another",
        "existing with the line that declares it, or proposed in both",
    ),
    "X05": Code(
        "Two reports say otherwise of the same entry",
        "A typed field of one thing has one value.",
        "the image node is 18-alpine in one report, 20-alpine in another, in the same file",
        "the value that the cited file has, in both",
    ),
    "X06": Code(
        "A quotation of one report refutes another",
        "The quotation was held against the file when its report was accepted.",
        "nullable true beside another report's quotation `email text NOT NULL`",
        "what the quoted line says; undecided things left null",
    ),
    "X07": Code(
        "Two reports may contradict each other",
        "It may be one thing said in two ways, so nobody is blocked by it.",
        "a column is int in one report and bigint in another",
        "the same words for the same thing, or what tells the two apart",
        severity="warning",
    ),
    "X08": Code(
        "What one did not examine, another examined",
        "Both may be true: the joint coverage counts it as examined, by whom.",
        "not_examined `app/admin/`, and another report that read app/admin/users.py",
        "nothing to repair where both are so",
        severity="warning",
    ),
    "X09": Code(
        "A report is left out of the synthesis",
        "Only what was accepted, and is unchanged since, is merged.",
        "a report that was edited after it was accepted",
        "--output again, so that it is judged as it is now",
        severity="warning",
    ),
    "X10": Code(
        "No report of the session is accepted",
        "Of nothing no synthesis can be made, and an empty one would look like a success.",
        "scribe before any --output ended with 0",
        "at least one accepted report",
    ),
    "X11": Code(
        "Actions wait for each other in a circle",
        "They have no order; the most urgent of them is put first.",
        "two actions, each with the other as its dependency",
        "a dependency in one direction",
        severity="warning",
    ),
    "X12": Code(
        "A model's summary is not used",
        "It named or counted what no report has, or no model answered; the rules wrote it instead.",
        "a summary with `PaymentService`, which no report names",
        "names and numbers of the reports alone",
        severity="warning",
    ),
    "X13": Code(
        "Code that a merged report cites has changed since",
        "The report was accepted on other lines than those that are there now.",
        "app/orders.py was edited after the report that cites it was accepted",
        "--output again where the report is to hold for the code as it is now",
        severity="warning",
    ),
    "X14": Code(
        "A contradiction waits for a report that is not accepted now",
        "Whether it is over is seen when both reports are accepted; until then its blockers stay.",
        "a report that was corrected, and not handed in again",
        "--output of that report, then scribe",
    ),
}
