"""Languages that backends are written in and that no reader knows, by the ends of file names."""

from __future__ import annotations

from workers.survey.syntax import suffix

# What readers know is not here: to ask the readers themselves would import them all.
_SUFFIXES = {
    "Ada": "adb ads",
    "ASP.NET pages": "aspx ashx asmx cshtml",
    "Ballerina": "bal",
    "C": "c",
    "C#": "cs",
    "C++": "cc cpp cxx",
    "Clojure": "clj cljc",
    "COBOL": "cob cbl",
    "ColdFusion": "cfm cfc",
    "Common Lisp": "lisp",
    "Crystal": "cr",
    "D": "d",
    "Dart": "dart",
    "Elixir": "ex exs",
    "Erlang": "erl",
    "F#": "fs",
    "Gleam": "gleam",
    "Go": "go",
    "Groovy": "groovy",
    "Haskell": "hs",
    "Haxe": "hx",
    "Java": "java",
    "Julia": "jl",
    "Kotlin": "kt kts",
    "Lua": "lua",
    "Nim": "nim",
    "Objective-C": "m",
    "OCaml": "ml",
    "Pascal": "pas",
    "Perl": "pl pm",
    "PHP": "php",
    "R": "r",
    "Racket": "rkt",
    "Ruby": "rb",
    "Rust": "rs",
    "Scala": "scala",
    "Swift": "swift",
    "Thrift": "thrift",
    "V": "vv",
    "Visual Basic": "vb",
    "Zig": "zig",
}  # fmt: skip
LANGUAGES = {
    f".{suffix}": name for name, suffixes in _SUFFIXES.items() for suffix in suffixes.split()
}


def language_by_name(file: str) -> str | None:
    """Return the language of a file, None for one that none of them is; nor is a tool's settings.

    What Gradle is set up by is Kotlin in projects of Java as well.
    """
    name = file.rpartition("/")[2]
    if name.startswith(".") or name.endswith(".gradle.kts"):
        return None
    return LANGUAGES.get(suffix(file))
