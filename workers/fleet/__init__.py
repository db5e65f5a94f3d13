"""The jobs of a plan, done durably: on this machine by SQLite, on many by PostgreSQL.

The engine (DBOS) holds only what is to be run; what happened is in the session's events. Only
`engine`, `leases` and `workflows` import it: a phase never does.
"""
