"""Verdicts sent to GitHub and Linear, only when asked for: once, whatever fails on the way.

`sending` is how anything is sent: whatever is added here sends through it, looks first for what an
earlier run may have sent, and records in `journal` what it did.
"""
