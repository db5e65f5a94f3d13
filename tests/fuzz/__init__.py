"""Honest deliveries changed at random, by their structure, and what the judge makes of them."""
