"""The researcher: a shop whose models know its API, and a report of it."""
