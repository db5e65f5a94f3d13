"""What Go's routers are made by and typed as, by the paths of their packages without versions."""

from __future__ import annotations

from typing import NamedTuple

from sessions.patterns import lazy_pattern

_VERSION = lazy_pattern(r"/v\d{1,4}$")


class Typed(NamedTuple):
    """A type that is a router; `root` for what is never put below a prefix."""

    kind: str
    root: bool = False


_GIN = "github.com/gin-gonic/gin"
_ECHO = "github.com/labstack/echo"
_CHI = "github.com/go-chi/chi"
_FIBER = "github.com/gofiber/fiber"
_MUX = "github.com/gorilla/mux"
_HTTPROUTER = "github.com/julienschmidt/httprouter"
_FASTHTTP = "github.com/fasthttp/router"
_HTTP = "net/http"
# (package, function) -> kind of the router that it makes.
MAKERS = {
    (_GIN, "New"): "gin",
    (_GIN, "Default"): "gin",
    (_ECHO, "New"): "echo",
    (_CHI, "NewRouter"): "chi",
    (_CHI, "NewMux"): "chi",
    (_FIBER, "New"): "fiber",
    (_MUX, "NewRouter"): "gorilla/mux",
    (_HTTPROUTER, "New"): "httprouter",
    (_FASTHTTP, "New"): "fasthttp",
    (_HTTP, "NewServeMux"): "net/http",
}
TYPES = {
    (_GIN, "Engine"): Typed("gin", root=True),
    (_GIN, "RouterGroup"): Typed("gin"),
    (_GIN, "IRouter"): Typed("gin"),
    (_GIN, "IRoutes"): Typed("gin"),
    (_ECHO, "Echo"): Typed("echo", root=True),
    (_ECHO, "Group"): Typed("echo"),
    (_CHI, "Router"): Typed("chi"),
    (_CHI, "Mux"): Typed("chi"),
    (_FIBER, "App"): Typed("fiber", root=True),
    (_FIBER, "Router"): Typed("fiber"),
    (_FIBER, "Group"): Typed("fiber"),
    (_MUX, "Router"): Typed("gorilla/mux"),
    (_HTTPROUTER, "Router"): Typed("httprouter", root=True),
    (_FASTHTTP, "Router"): Typed("fasthttp", root=True),
    (_FASTHTTP, "Group"): Typed("fasthttp"),
    (_HTTP, "ServeMux"): Typed("net/http", root=True),
}
PACKAGES = {path: kind for (path, _), kind in MAKERS.items() if path != _HTTP}
# Methods of interfaces that programs declare for routers themselves, and whose they may be.
INTERFACES = (
    (frozenset({"GET", "POST"}), ("echo", "gin", "httprouter", "fasthttp")),
    (frozenset({"Get", "Post"}), ("chi", "fiber")),
    (frozenset({"HandleFunc"}), ("net/http", "gorilla/mux")),
)


def plain(path: str) -> str:
    """Return the path of a package without its version."""
    return _VERSION.sub("", path)
