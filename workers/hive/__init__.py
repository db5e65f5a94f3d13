"""Many workers: the Queen and her plan, what workers report to each other, how they do."""
