"""The three phases and the receipt: one entry each, readable from top to bottom."""
