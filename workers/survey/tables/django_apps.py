"""Django's apps: which one a file belongs to, by AppConfig, settings, migrations or its folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workers.survey.tables.expressions import name_of, string

if TYPE_CHECKING:
    from workers.survey.tables.python_classes import Classes, PythonClass


class Apps:
    """Which app a file belongs to."""

    def __init__(self, classes: Classes) -> None:
        """Read what AppConfig classes say, what settings install, what has migrations."""
        self._labels = _labels(classes)
        self._apps = _with_migrations(classes) | _installed(classes)

    def label(self, file: str) -> str:
        """Return the label of the app that a file belongs to, by its folders."""
        folder = _folder(file).removesuffix("/migrations")
        parts = folder.split("/") if folder else []
        for length in range(len(parts), 0, -1):
            above = "/".join(parts[:length])
            if above in self._labels:
                return self._labels[above]
            if above in self._apps:
                return parts[length - 1]
        # Else the app is the folder of models.py, or the one above models/.
        if "models" in parts:
            position = len(parts) - 1 - parts[::-1].index("models")
            return parts[position - 1] if position else ""
        return parts[-1] if parts else ""


def _labels(classes: Classes) -> dict[str, str]:
    """Return what AppConfig classes call the apps of their folders."""
    labels: dict[str, str] = {}
    for python_class in classes:
        if python_class.file.endswith("apps.py") and _is_configuration(python_class):
            texts = {name: string(each.get("value")) for name, each in python_class.own.items()}
            name = texts.get("label") or (texts.get("name") or "").rpartition(".")[2]
            if name:
                labels.setdefault(_folder(python_class.file), name)
    return labels


def _is_configuration(python_class: PythonClass) -> bool:
    names = [
        name_of(base) or str(base.get("call", "")) for base in python_class.fact["bases"] if base
    ]
    return any("AppConfig" in name for name in names)


def _with_migrations(classes: Classes) -> set[str]:
    return {
        _folder(file).removesuffix("/migrations")
        for file in classes.modules
        if "/migrations/" in f"/{file}"
    }


def _installed(classes: Classes) -> set[str]:
    """Return the folders of the apps that settings install, by package or AppConfig."""
    folders = {_folder(file) for file in classes.modules}
    installed = {name for module in classes.modules.values() for name in module["installed"]}
    paths = {name.partition(".apps.")[0].replace(".", "/") for name in installed}
    return {folder for folder in folders if any(f"/{folder}".endswith(f"/{p}") for p in paths)}


def _folder(file: str) -> str:
    return file.rpartition("/")[0]
