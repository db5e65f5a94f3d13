"""Follows what code does with routers, without running it: one knot of seven modules.

`program` goes through statements, `evaluate` through expressions, `logic` through conditions,
`parameters` binds what is handed in, `objects` knows classes, and `values` are what all of them
hand on. They know `routing` and `statements`, and no framework: what a call means is asked of the
`Rules` that a program is followed with. A framework's name in here is a mistake.
"""
