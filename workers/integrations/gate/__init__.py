"""The gate: what a coding agent's hooks ask when one of its agents stops, and what they answer."""
