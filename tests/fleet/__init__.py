"""Fleets that are broken on purpose: a real PostgreSQL, machines, faults at random moments."""
