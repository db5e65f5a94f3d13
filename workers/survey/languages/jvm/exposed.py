"""Tables of Exposed: objects that extend `Table`, and those with a key of their own."""
from __future__ import annotations
def add_tables(program, declarations): pass
