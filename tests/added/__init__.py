"""What newcomers add by the recipes of AGENTS.md: never imported, copied into a checkout."""
