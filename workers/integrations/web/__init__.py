"""Sessions in a browser: pages to read, and one form, which answers blockers and escalations.

Whatever is shown was written by somebody else, an agent or a file of the repository: templates
escape it, and nothing but `answering` writes.
"""
