"""The ledger: what a report states as fact, and whether the repository confirms it.

A delivery yields claims (`claim`), each of a kind; DECIDERS (`ledger`) has one function a kind that
answers confirmed, refuted or undecided. A claim is refuted only by a declaration that was
understood, of that very thing; absence only by a search that could have found it. What nobody can
read is undecided, and never an error.

A new kind: its extraction beside its decider (`endpoints`, `tables`, `findings`), a line in
DECIDERS, paraphrases that must hold and lies that must not in `tests/test_deciders.py`.
"""
