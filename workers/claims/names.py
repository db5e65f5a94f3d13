"""Names of tables and columns as reports write them, made comparable."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

from sessions.patterns import lazy_pattern
from workers.repository.source import plain

if TYPE_CHECKING:
    from workers.repository.repository import Repository

_QUOTES = "`\"'[]"
_TAIL = lazy_pattern(r"\s*(?:\([^()]*\)|\[\])\s*$")
_NAME = lazy_pattern(r"[\w$-]+")
_PARTS = lazy_pattern(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+|[^\W\d_a-zA-Z]+")
_IRREGULAR = {
    "people": "person",
    "children": "child",
    "men": "man",
    "women": "woman",
    "data": "datum",
    "media": "medium",
    "criteria": "criterion",
    "indices": "index",
    "statuses": "status",
}

# Tables that frameworks make, and no repository declares.
_OF_FRAMEWORKS = tuple(
    "django_ auth_ ab_ celery_ oauth2_ alembic_ schema_migrations ar_internal active_storage"
    " flyway_ knex_ typeorm_ _prisma hibernate_ databasechangelog spatial_ref sqlite_ pg_ sequelize"
    " goose_ gorp_ qrtz_ aspnet shedlock revinfo telescope_ casbin_ authtoken_ apscheduler_ mssql_"
    " information_schema geometry_columns geography_columns".split()
)


def bare(name: str) -> str | None:
    """Return one name without quotes, qualifiers and a trailing `(...)` or `[]`.

    None for what is no single name: `created_at / updated_at`, `itself`, a sentence.
    """
    text = name.strip()
    while (shorter := _TAIL.sub("", text)) != text:
        text = shorter
    text = text.strip(_QUOTES + " ").split(".")[-1].strip(_QUOTES + " ")
    return text if _NAME.fullmatch(text) else None


def plain_table(name: str) -> str:
    """Return a table's or model's name for comparing: schema, quotes and case left out."""
    return plain(bare(name) or name)


def singulars(name: str) -> list[str]:
    """Return what a plural may be the plural of, itself included: orders of order."""
    ends = next((word for word in _IRREGULAR if name.endswith(word)), None)
    if ends:
        return [name, name.removesuffix(ends) + _IRREGULAR[ends]]
    made = [name]
    if name.endswith("ies"):
        made.append(name[:-3] + "y")
    if name.endswith(("es", "ves")):
        made.append(name[:-2])
    if name.endswith("s") and not name.endswith("ss"):
        made.append(name[:-1])
    return made


def may_be_one(first: str, second: str) -> bool:
    """Tell whether two names may mean one table: `Article`, `articles` and `blog_articles`."""
    pairs = product(singulars(first.lower()), singulars(second.lower()))
    return any(_ends_with(plain(one), plain(other)) for one, other in pairs)


def _ends_with(first: str, second: str) -> bool:
    shorter, longer = sorted((first, second), key=len)
    return first == second or (len(shorter) > 2 and longer.endswith(shorter))


def parts(name: str) -> list[str]:
    """Split a name into its words, in lower case: `OwnerPersonId` is owner, person, id."""
    return [part.lower() for part in _PARTS.findall(name)]


def stands(repository: Repository, name: str) -> bool | None:
    """Tell whether a name stands in the repository; None where the search was cut short."""
    return repository.has_word(*singulars(name))


def is_of_a_framework(name: str) -> bool:
    """Tell whether a table has a name as frameworks and databases give it."""
    return name.startswith("_") or name.lower().startswith(_OF_FRAMEWORKS)


def may_stand(repository: Repository, name: str) -> bool:
    """Tell whether a table may be there: named, derived from words, or made by a framework."""
    if is_of_a_framework(name):
        return True
    tail = name.partition("_")[2]  # Django: shop_orderitem of the class OrderItem
    if stands(repository, name) is not False or (tail and stands(repository, tail) is not False):
        return True
    return may_be_derived(repository, name)


def may_be_derived(repository: Repository, name: str) -> bool:
    """Tell whether a name may be made of words that stand in the repository.

    `article_tags` of Article and Tag, `OwnerPersonId` of Owner, Person and Id.
    """
    words = [word for word in parts(name) if len(word) > 2]
    return all(repository.has_word(*singulars(word), inside=True) is not False for word in words)
