"""Claims of the kinds of entries, one file each: what a row states, and what decides it."""
