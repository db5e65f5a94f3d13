"""Changes that leave a report honest: layouts and habits of those who write reports."""

from __future__ import annotations

import json


def _crlf(data: bytes) -> bytes:
    return data.replace(b"\n", b"\r\n")


def _bom(data: bytes) -> bytes:
    return b"\xef\xbb\xbf" + data


def _trailing_blanks(data: bytes) -> bytes:
    return data.replace(b"\n", b"   \n") if data.startswith(b"#") else data


def _tildes(data: bytes) -> bytes:
    return data.replace(b"```", b"~~~")


def _compact_json(data: bytes) -> bytes:
    return json.dumps(json.loads(data)).encode() if data.startswith(b"{") else data


def _bold_evidence(data: bytes) -> bytes:
    return data.replace(b"\nEvidence:", b"\n**Evidence:**")


def _listed_evidence(data: bytes) -> bytes:
    return data.replace(b"\nEvidence:", b"\n- Evidence:")


def _blank_after_evidence(data: bytes) -> bytes:
    return data.replace(b"`\n\n```", b"`\n```")


def _setext(data: bytes) -> bytes:
    return data.replace(b"## Findings\n", b"Findings\n--------\n")


def _closed_heading(data: bytes) -> bytes:
    return data.replace(b"## Priority Actions\n", b"##  Priority  Actions ##\n")


def _cyrillic_prose(data: bytes) -> bytes:
    return data.replace(
        b"Plain SQL, two steps;", "Обычный SQL, два шага; 純粋なSQL、二段階。".encode()
    )


def _absolute_citations(data: bytes) -> bytes:
    return data.replace(b"`app/orders.py:26`", b"`@ROOT@/app/orders.py:26`")


def _dotted_path(data: bytes) -> bytes:
    return data.replace(b"`app/orders.py:26`", b"`./app//orders.py:26`")


def _dedented_quotation(data: bytes) -> bytes:
    return data.replace(b"        claims = jwt", b"claims = jwt")


def _unresolved_none(data: bytes) -> bytes:
    return data.replace(
        b"Nobody could say how many orders a user has at most; the page size rests on a guess.",
        b"None.",
    )


def _ports_and_times(data: bytes) -> bytes:
    more = b"Plain SQL at `localhost:5432`, `12:30`, `db.internal:80`, `std::vec:1`, `a:b:3`;"
    return data.replace(b"Plain SQL, two steps;", more)


def _todo_spoken_of(data: bytes) -> bytes:
    more = b"TODO comments stand in the code (`# TODO: retry`), and `{{NAME}}` in a template;"
    return data.replace(b"Plain SQL, two steps;", more)


def _optional_null(data: bytes) -> bytes:
    return data.replace(
        b'"status": "proposed",\n      "category": "database",',
        b'"status": "proposed",\n      "current_performance": null,\n      "category": "database",',
    )


def _numbered_headings(data: bytes) -> bytes:
    return data.replace(b"## Findings\n", b"## 2. Findings:\n")


def _emoji_headings(data: bytes) -> bytes:
    return data.replace(b"### BACKEND-", "### \U0001f534 BACKEND-".encode())


def _bracketed_ids(data: bytes) -> bytes:
    return data.replace(b"### BACKEND-HIGH-001:", b"### [BACKEND-HIGH-001]")


def _and_for_ampersand(data: bytes) -> bytes:
    return data.replace(b"## Database Design & Opt", b"## Database Design and Opt")


def _scores_of_ten(data: bytes) -> bytes:
    return data.replace(b"| API design | 4 |", b"| API design | 4/10 |").replace(
        b"| API design | 6 |", b"| API design | 6/10 |"
    )


def _counted_files(data: bytes) -> bytes:
    return data.replace(b"Files analyzed: 9", b"Files analyzed: 9 files").replace(
        b"Files analyzed: 8", b"Files analyzed: 8 files"
    )


def _full_width_colons(data: bytes) -> bytes:
    return data.replace(b"\nEvidence: ", "\nEvidence\uff1a".encode())


def _library_mentioned(data: bytes) -> bytes:
    more = (
        b"It uses `flask_appbuilder/security/manager.py:1200` and `Next.js:14`.\n\n### Migrations\n"
    )
    return data.replace(b"### Migrations\n", b"### ORM & Transactions\n\n" + more).replace(
        b"### GraphQL\n\n", b"### GraphQL\n\nSee `node_modules/express/lib/router.js:10`. "
    )


def _folded_away(data: bytes) -> bytes:
    return data.replace(
        b"## Priority Actions\n",
        b"<details><summary>more</summary>\n\nText.\n\n</details>\n\n## Priority Actions\n",
    ).replace(
        b"## 6. Priority Actions\n",
        b"<details><summary>more</summary>\n\nText.\n\n</details>\n\n## 6. Priority Actions\n",
    )


def _more_sections(data: bytes) -> bytes:
    return data + b"\n## Appendix\n\nA word more.\n" if data.startswith(b"#") else data


def _front_matter(data: bytes) -> bytes:
    return b"---\ntitle: notes\n---\n\n" + data if data.startswith(b"#") else data


def _german_prose(data: bytes) -> bytes:
    return data.replace(
        b"The order service is small", "Der Bestelldienst ist übersichtlich".encode()
    )


def _reversed_keys(data: bytes) -> bytes:
    if not data.startswith(b"{"):
        return data
    return json.dumps(dict(reversed(json.loads(data).items())), indent=4).encode()


def _tabs_in_json(data: bytes) -> bytes:
    return json.dumps(json.loads(data), indent="\t").encode() if data.startswith(b"{") else data


def _no_final_newline(data: bytes) -> bytes:
    return data.rstrip()


def _longer_fences(data: bytes) -> bytes:
    return data.replace(b"```", b"`````")


def _two_citations_on_a_line(data: bytes) -> bytes:
    return data.replace(b"`app/orders.py:26`", b"`app/orders.py:26` and `app/orders.py:24`")


def _ports_beside_citations(data: bytes) -> bytes:
    return data.replace(
        b"`app/orders.py:26`", b"`app/orders.py:26` (`postgres:16`, `localhost:80`)"
    )


def _emphasis(data: bytes) -> bytes:
    return data.replace(b"lists lack paging", b"**lists** _lack_ paging")


def _html_breaks(data: bytes) -> bytes:
    return data.replace(
        b"**Effort:** hours\n**Validation:**", b"**Effort:** hours<br>**Validation:**"
    )


def _values_called_todo(data: bytes) -> bytes:
    return data.replace(
        b'"body_schema": {"email": "string"', b'"body_schema": {"state": "TODO"'
    ).replace(b'"success_schema": {"id": "integer"}', b'"success_schema": {"id": "..."}')


def _capital_titles(data: bytes) -> bytes:
    return data.replace(b"## Findings", b"## FINDINGS").replace(b"## 2. Findings", b"## FINDINGS")


def _absolute_in_notes(data: bytes) -> bytes:
    return data.replace(b"`src/auth.ts:8`", b"`@ROOT@/src/auth.ts:8`")


def _handoff_none(data: bytes) -> bytes:
    return data.replace(
        b'"unresolved": [', b'"handoffs": [], "not_examined": [], "unresolved": ['
    ).replace(
        b'"handoffs": [{"to": "frontend-worker", "summary": "The order list will be paged.",'
        b' "artifacts": ["app/orders.py"]}],\n  "not_examined": [{"area": "deployment",'
        b' "reason": "nothing of it is in the repository"}]\n',
        b'"completion_criteria": []\n',
    )


def _types_of_one_kind(data: bytes) -> bytes:
    return data.replace(b'"type": "bigint"', b'"type": "Integer"').replace(
        b'"type": "text"', b'"type": "varchar(255)"'
    )


def _technology_denied(data: bytes) -> bytes:
    return data.replace(b"Dependencies: Redis", b"Dependencies: Redis; no Kafka").replace(
        b"the mail provider\n", b"the mail provider; Redis and Celery are not used\n"
    )


HARMLESS = (
    _crlf,
    _bom,
    _trailing_blanks,
    _tildes,
    _compact_json,
    _bold_evidence,
    _listed_evidence,
    _blank_after_evidence,
    _setext,
    _closed_heading,
    _cyrillic_prose,
    _absolute_citations,
    _dotted_path,
    _dedented_quotation,
    _unresolved_none,
    _ports_and_times,
    _todo_spoken_of,
    _optional_null,
    _numbered_headings,
    _emoji_headings,
    _bracketed_ids,
    _and_for_ampersand,
    _scores_of_ten,
    _counted_files,
    _full_width_colons,
    _library_mentioned,
    _folded_away,
    _more_sections,
    _front_matter,
    _german_prose,
    _reversed_keys,
    _tabs_in_json,
    _no_final_newline,
    _longer_fences,
    _two_citations_on_a_line,
    _ports_beside_citations,
    _emphasis,
    _html_breaks,
    _values_called_todo,
    _capital_titles,
    _absolute_in_notes,
    _handoff_none,
    _types_of_one_kind,
    _technology_denied,
)
