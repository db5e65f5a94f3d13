"""The analyzer: a shop with two injections, and a report of them."""
