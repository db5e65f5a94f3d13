"""GORM's models: which structs are tables, and the fields that theirs are made of."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from sessions.patterns import lazy_pattern
from workers.survey.languages.go.gorm_names import plural, snake_case

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from workers.survey.languages.go.types import Type

Fact = dict[str, Any]
Key = tuple[str, str]  # the folder of a package, and the name of a struct
_GORM_MODEL = ("gorm.io/gorm", "github.com/jinzhu/gorm")
_DEPTH = 6
_PART = lazy_pattern(r"((?:[^;\\]|\\.){1,1000})")


class Field(NamedTuple):
    """A field of a struct: `options` are what its tag says, by names in capitals."""

    name: str
    of: Type | None
    written: str
    pointer: bool
    options: dict[str, str]
    file: str
    line: int
    prefix: str = ""

    @property
    def column(self) -> str:
        """The name of its column."""
        return self.prefix + (self.options.get("COLUMN") or snake_case(self.name))


@dataclass
class Model:
    """A struct, with the fields of what it embeds; `whole` if nothing was passed over."""

    key: Key
    file: str
    line: int
    fields: list[Field] = field(default_factory=list)
    whole: bool = True
    tagged: bool = False
    has_base: bool = False
    table: str | None = None


def options_of(tag: str | None) -> dict[str, str]:
    """Return what a tag says: `column:id;primaryKey` as `{"COLUMN": "id", "PRIMARYKEY": ""}`.

    What may be said several times is joined by newlines.
    """
    options: dict[str, str] = {}
    for match in _PART.finditer(tag or ""):
        name, _, value = match[1].partition(":")
        key = name.strip().upper().replace("_", "")
        value = value.strip().replace("\\", "")
        if key:
            options[key] = f"{options[key]}\n{value}" if key in options else value
    return options


class Models:
    """All structs of a program."""

    def __init__(self, facts: Mapping[str, Fact]) -> None:
        """Take what all files say."""
        self._structs: dict[Key, tuple[str, Fact]] = {}
        self._others: dict[Key, list[Any]] = {}
        self._valuers: set[Key] = set()
        self._tables: dict[Key, tuple[str, Any]] = {}
        self._constants: dict[Key, str] = {}
        self._imports: dict[str, dict[str, str]] = {}
        for file, fact in facts.items():
            folder = file.rpartition("/")[0]
            self._imports[file] = fact["imports"]
            for struct in fact["structs"]:
                self._structs.setdefault((folder, struct["name"]), (file, struct))
            self._others |= {(folder, name): of for name, of in fact["types"].items()}
            self._valuers |= {(folder, name) for name in fact["valuers"]}
            self._tables |= {(folder, name): (file, of) for name, of in fact["tables"].items()}
            self._constants |= {(folder, name): of for name, of in fact["constants"].items()}
        self._folders = {file.rpartition("/")[0] for file in facts}
        self.is_first_version = not any(
            path.startswith("gorm.io/") for imports in self._imports.values()
            for path in imports.values()
        )  # fmt: skip

    def structs(self) -> Iterator[Key]:
        """Yield all structs."""
        yield from self._structs

    def key(self, of: Type | None, file: str) -> Key | None:
        """Return the struct or other type of the program that a type names."""
        if not of or of[0] != "t":
            return None
        folder = file.rpartition("/")[0]
        if of[1]:
            path = self._imports.get(file, {}).get(of[1], "")
            imported = self._folder(path)
            if imported is None:
                return None
            folder = imported
        return (folder, of[2])

    def _folder(self, path: str) -> str | None:
        """Return the folder of an import: the longest that its path ends with."""
        parts = path.split("/")
        for start in range(1, len(parts)):
            folder = "/".join(parts[start:])
            if folder in self._folders:
                return folder
        # A module may lie in a folder of the repository.
        last = parts[-1]
        ending = [one for one in self._folders if one.rpartition("/")[2] == last]
        return ending[0] if len(ending) == 1 and "." in parts[0] else None

    def is_struct(self, key: Key | None) -> bool:
        """Tell whether a type is a struct that is stored as a table, not in a column."""
        return key in self._structs and key not in self._valuers

    def is_declared(self, key: Key | None) -> bool:
        """Tell whether the program declares a type that is no struct."""
        return key in self._others or key in self._valuers

    def underlying(self, key: Key) -> Any:
        """Return what a type that is no struct is made of."""
        return self._others.get(key, [None, None])[1]

    def path_of(self, of: Type, file: str) -> str:
        """Return the path of the package of a type, '' for one without."""
        return self._imports.get(file, {}).get(of[1], "") if of[1] else ""

    def table_name(self, key: Key, naming: Naming) -> str | None:
        """Return the table of a struct, None where it is computed."""
        if key in self._tables:
            file, of = self._tables[key]
            if of is None:
                return None
            if of[0] == "s":
                return str(of[1])
            package, _, name = of[1].rpartition(".")
            folder = self._folder(self._imports[file].get(package, "")) if package else key[0]
            return self._constants.get((folder or "", name))
        if naming.prefix is None:
            return None
        name = snake_case(key[1])
        return naming.prefix + (name if naming.singular else plural(name))

    def has_table_name(self, key: Key) -> bool:
        """Tell whether a struct says what its table is called."""
        return key in self._tables

    def model(self, key: Key) -> Model:
        """Return a struct with the fields of what it embeds."""
        file, struct = self._structs[key]
        model = Model(key, file, struct["line"])
        self._add_fields(model, key, "", 0)
        return model

    def _add_fields(self, model: Model, key: Key, prefix: str, depth: int) -> None:
        file, struct = self._structs[key]
        for row in struct["fields"]:
            name, options = row["name"], options_of(row["tag"])
            if self.is_first_version and row["older"]:
                options |= options_of(row["older"])
            ignored = {"-", "-:ALL", "-:MIGRATION"} & {
                f"{one}:{value.upper()}" if value else one for one, value in options.items()
            }
            if not row["embedded"]:
                model.tagged |= row["tag"] is not None and depth == 0
            if ignored or not name[:1].isupper():
                continue
            if row["embedded"] or "EMBEDDED" in options:
                inner = prefix + options.get("EMBEDDEDPREFIX", "")
                self._embed(model, row, inner, (file, depth))
                continue
            field_ = Field(name, row["of"], row["type"], row["pointer"], options, file, row["line"])
            model.fields.append(field_._replace(prefix=prefix))

    def _embed(self, model: Model, row: Fact, prefix: str, at: tuple[str, int]) -> None:
        file, depth = at
        of = row["of"]
        if of and of[0] == "t" and of[2] == "Model" and self.path_of(of, file) in _GORM_MODEL:
            model.has_base = True
            model.fields += _base(file, row["line"], prefix)
            return
        key = self.key(of, file)
        if key in self._structs and depth < _DEPTH and key != model.key:
            self._add_fields(model, key, prefix, depth + 1)
        else:
            model.whole = False


def _base(file: str, line: int, prefix: str) -> Iterator[Field]:
    """Yield the fields of gorm.Model."""
    for name, of, tag in (
        ("ID", ["t", "", "uint"], "primaryKey"),
        ("CreatedAt", ["t", "time", "Time"], ""),
        ("UpdatedAt", ["t", "time", "Time"], ""),
        ("DeletedAt", ["t", "gorm", "DeletedAt"], "index"),
    ):
        written = ".".join(part for part in of[1:] if part)
        yield Field(name, of, written, pointer=False, options=options_of(tag), file=file, line=line,
                    prefix=prefix)  # fmt: skip


class Naming(NamedTuple):
    """How a program is told to name tables: `prefix` None if that is not known."""

    prefix: str | None = ""
    singular: bool = False
