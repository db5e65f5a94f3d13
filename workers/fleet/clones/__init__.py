"""Machines that share no folder: a session travels as commits on a ref of a common remote.

The ref is `refs/waggle/sessions/ID`; the tree of its commits has `base` (the files that the work
is about), `session` (the session's folder without what is derived) and `waggle.json`. Whoever
changes it pushes on condition that it is still as it was fetched: of two, one has to look again.
"""
