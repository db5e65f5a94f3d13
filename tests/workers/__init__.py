"""Workers and what their reports may be judged by: a small service, an honest report, lies."""
