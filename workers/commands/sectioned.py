"""A command whose help lists its options in sections."""

from __future__ import annotations

from typing import Any

import click


class Sectioned(click.Command):
    """A command that lists its options in sections, in the order of the lines of its help."""

    def __init__(self, *args: Any, sections: dict[str, tuple[str, ...]], **options: Any) -> None:
        """Take the sections: title -> names of parameters."""
        super().__init__(*args, **options)
        self.sections = sections

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List each section, then all other options."""
        rows = {one.name: one.get_help_record(ctx) for one in self.get_params(ctx)}
        named = {name for names in self.sections.values() for name in names}
        rest = {"Options": tuple(name for name in rows if name not in named)}
        spacing = max(len(row[0]) for row in rows.values() if row)
        for title, names in {**self.sections, **rest}.items():
            with formatter.section(title):
                listed = [row for row in map(rows.get, names) if row]
                formatter.write_dl([(row[0].ljust(spacing), row[1]) for row in listed], spacing)
