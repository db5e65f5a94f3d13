"""Tables."""
from __future__ import annotations
from sessions.patterns import lazy_pattern
from workers.survey.tables.history import Declarations
DECLARES = lazy_pattern(rb"Schema::create\(")
def concerns(file, source): return False
def extract(file, source): return {}
def resolve(files): return Declarations()
