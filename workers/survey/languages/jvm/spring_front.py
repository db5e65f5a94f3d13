"""What stands in front of the paths of Spring's controllers: settings, and what code adds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from workers.survey.languages.jvm.declarations import simple
from workers.survey.languages.jvm.paths import Path
from workers.survey.languages.jvm.program import module_of

if TYPE_CHECKING:
    from workers.survey.languages.jvm.paths import Found
    from workers.survey.languages.jvm.program import Declared


class Fronts:
    """What stands in front of a controller's paths."""

    def __init__(self, found: Found) -> None:
        self._found = found
        self._by_module: dict[str, Path | None] = {}

    def of(self, declared: Declared, stereotypes: set[str]) -> Path | None:
        """Return what stands in front of a class's paths, None where that is not known."""
        front = self.of_file(declared.file)
        return front

    def of_file(self, file: str) -> Path | None:
        """Return what the settings put in front of all paths of a file."""
        module = module_of(file)
        if module not in self._by_module:
            text = self._found.settings.path(
                file, "server.servlet.context-path", "spring.mvc.servlet.path",
                "spring.webflux.base-path",
            )  # fmt: skip
            self._by_module[module] = None if text is None else Path(text)
        return self._by_module[module]
