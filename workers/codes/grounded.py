"""Codes E: citations hold."""

from __future__ import annotations

from workers.codes.code import Code

CODES: dict[str, Code] = {
    "E01": Code(
        "A cited file does not exist",
        "A path that was guessed proves nothing.",
        "`app/service/user.py:12`",
        "`app/services/users.py:12`",
    ),
    "E02": Code(
        "A cited file lies outside the repository",
        "Only the user's repository is evidence; nothing else is opened, also not through a link.",
        "`/etc/hosts:1`, `../other/app.py:3`",
        "a file below the root",
    ),
    "E03": Code(
        "What is cited is not a regular text file",
        "A line of a folder, a pipe or an image means nothing.",
        "`app/:1`, `logo.png:3`",
        "a text file",
    ),
    "E04": Code(
        "A cited line does not exist",
        "The file has fewer lines, or the range runs backwards.",
        "`app/main.py:999` in a file of 80 lines",
        "a line from 1 to 80",
    ),
    "E05": Code(
        "A quotation is not in the cited file",
        "Compared exactly, white space aside: what is nearly there is something else.",
        "a line with another number in it",
        "the lines as they are in the file",
    ),
    "E06": Code(
        "A quotation is elsewhere in the cited file",
        "With a line alone it starts there, with a range it lies inside it.",
        "`app/main.py:12` for what is at line 40",
        "`app/main.py:40`",
    ),
    "E07": Code(
        "An Evidence line has no well-formed citation",
        "A path and a line from 1 in backticks; a range counts upwards with a hyphen.",
        "Evidence: see main.py, or `main.py:10,14`",
        "Evidence: `app/main.py:10`",
    ),
    "E08": Code(
        "Evidence is missing",
        "Every finding and every entry of status existing says where it was seen.",
        '"status": "existing" without evidence',
        '"evidence": [{"file": "/repo/app/main.py", "line": 10}]',
    ),
    "E09": Code(
        "What is cited is no content of the repository",
        "The sessions folder and .git contain what the report or git wrote: no report confirms"
        " itself.",
        "a citation of backend_notes.md",
        "the code that it speaks of",
    ),
    "E10": Code(
        "A path in the JSON is not absolute",
        "Programs that read the JSON run in other folders.",
        '"file": "app/main.py"',
        '"file": "/repo/app/main.py"',
    ),
    "E11": Code(
        "A quotation is too short to identify anything",
        "Fewer than 8 letters and digits are in almost any file.",
        "a quotation of `}`",
        "the lines that show what is claimed",
        severity="warning",
    ),
    "E13": Code(
        "A citation is malformed",
        "It is not checked, and counts for nothing.",
        "`app/main.py:10,12`",
        "`app/main.py:10` and `app/main.py:12`",
        severity="warning",
    ),
    "E12": Code(
        "A citation could not be checked",
        "It counts neither as right nor as wrong.",
        "a line of a file of 20 MB",
        "a citation of the file that this one is made from",
        severity="warning",
    ),
    "E15": Code(
        "What is cited cannot show what is claimed",
        "Documentation, lock files, tests, comments, imports and empty lines declare nothing that"
        " runs: an existing entry, and a critical or high finding, needs code, configuration or a"
        " schema.",
        "a critical finding of SQL injection that cites the first heading of README.md",
        "the line that builds the query; or `claims` of kind `stated_there` where the cited text"
        " itself is the finding",
    ),
}
