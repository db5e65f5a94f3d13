"""The routes of Laravel's resources and of `Auth::routes()`."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from workers.survey.languages.php.plurals import singular
from workers.survey.languages.php.values import GAP, Value, entry, pairs_of, texts_of

if TYPE_CHECKING:
    from collections.abc import Iterator

Row = tuple[tuple[str, ...], str, str]  # methods, path, name of the handler's method
_PUT = ("PUT", "PATCH")
_ALL = ("index", "create", "store", "show", "edit", "update", "destroy")
_API = ("index", "store", "show", "update", "destroy")
_METHODS: dict[str, tuple[str, ...]] = {
    "index": ("GET",), "create": ("GET",), "store": ("POST",), "show": ("GET",),
    "edit": ("GET",), "update": _PUT, "destroy": ("DELETE",),
}  # fmt: skip
_SHALLOW = frozenset("show edit update destroy".split())
KINDS = {
    "resource": _ALL,
    "apiresource": _API,
    "singleton": ("show", "edit", "update"),
    "apisingleton": ("show", "update"),
}
# The calls that say more of a resource, and those of them that change no path.
CHANGES = frozenset("only except parameters parameter shallow creatable destroyable".split())


@dataclass
class Resource:
    """A resource as it is declared: its name, and what the calls behind it say."""

    kind: str
    name: str
    controller: str
    line: int
    only: list[str] | None = None
    excepted: list[str] = field(default_factory=list)
    parameters: dict[str, str] = field(default_factory=dict)
    shallow: bool = False
    more: tuple[str, ...] = ()
    is_known: bool = True

    def configure(self, options: Value) -> None:
        """Take over an array of options."""
        for key, worth in pairs_of(options):
            if isinstance(key, str):
                self.change(key, [worth])

    def change(self, name: str, arguments: list[Value]) -> None:
        """Take over what a call says."""
        first = arguments[0] if arguments else None
        if name in {"only", "except"}:
            self._choose(name, arguments)
        elif name == "parameters" and isinstance(first, list):
            self.parameters |= {key: one for key, one in first if isinstance(one, str)}
        elif name == "parameter" and all(isinstance(one, str) for one in arguments[:2]):
            self.parameters[arguments[0]] = arguments[1]
        elif name == "shallow":
            self.shallow = first != ("literal", "false")
        elif name in {"creatable", "destroyable"}:
            self.more += ("create", "store", "destroy") if name == "creatable" else ("destroy",)

    def _choose(self, name: str, arguments: list[Value]) -> None:
        listed = [texts_of(one) for one in arguments]
        if any(one is None for one in listed):
            self.is_known = False
            return
        texts = [one for each in listed for one in each or ()]
        if name == "only":
            self.only = texts
        else:
            self.excepted = texts

    def rows(self, verbs: dict[str, str]) -> Iterator[Row]:
        """Return its routes, below the group that it stands in."""
        before, _, name = self.name.rpartition("/")
        parts = name.split(".")
        own = f"{{{self._parameter(parts[-1])}}}"
        nested = "/".join([f"{one}/{{{self._parameter(one)}}}" for one in parts[:-1]])
        full = "/".join(one for one in (before, nested, parts[-1]) if one)
        short = "/".join(one for one in (before, parts[-1]) if one)
        for method in self._methods():
            base = short if self.shallow and method in _SHALLOW else full
            ending = verbs.get(method, method) if method in {"create", "edit"} else ""
            if method in _SHALLOW and "singleton" not in self.kind:
                base = f"{base}/{own}"
            yield _METHODS[method], f"{base}/{ending}" if ending else base, method

    def _methods(self) -> list[str]:
        wanted = dict.fromkeys(KINDS[self.kind] + self.more)
        if self.kind == "apisingleton":
            wanted.pop("create", None)
        only = wanted if self.only is None else self.only
        return [one for one in wanted if one in only and one not in self.excepted]

    def _parameter(self, word: str) -> str:
        if GAP in word:
            return GAP
        return self.parameters.get(word, singular(word)).replace("-", "_")


def is_off(options: Value, name: str) -> bool:
    """Tell whether an option is false."""
    return bool(entry(options, name) == ("literal", "false"))


def is_on(options: Value, name: str) -> bool:
    """Tell whether an option is true."""
    return bool(entry(options, name) == ("literal", "true"))


def authentication(options: Value, confirms: bool) -> Iterator[Row]:  # noqa: FBT001
    """Return the routes of `Auth::routes()` of laravel/ui."""
    get, post = ("GET",), ("POST",)
    if not is_off(options, "login"):
        yield get, "login", "LoginController.showLoginForm"
        yield post, "login", "LoginController.login"
    if not is_off(options, "logout"):
        yield post, "logout", "LoginController.logout"
    if not is_off(options, "register"):
        yield get, "register", "RegisterController.showRegistrationForm"
        yield post, "register", "RegisterController.register"
    if not is_off(options, "reset"):
        yield get, "password/reset", "ForgotPasswordController.showLinkRequestForm"
        yield post, "password/email", "ForgotPasswordController.sendResetLinkEmail"
        yield get, "password/reset/{token}", "ResetPasswordController.showResetForm"
        yield post, "password/reset", "ResetPasswordController.reset"
    if is_on(options, "confirm") or (confirms and not is_off(options, "confirm")):
        yield get, "password/confirm", "ConfirmPasswordController.showConfirmForm"
        yield post, "password/confirm", "ConfirmPasswordController.confirm"
    if is_on(options, "verify"):
        yield get, "email/verify", "VerificationController.show"
        yield get, "email/verify/{id}/{hash}", "VerificationController.verify"
        yield post, "email/resend", "VerificationController.resend"
