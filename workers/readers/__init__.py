"""Readers: what a file declares beside routes and tables of a service.

Each takes a path and a text and opens nothing. It says what it understood, and what it did not
(`unread`): a decider refutes only what was understood whole.
"""
