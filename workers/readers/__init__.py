"""What a file declares beside routes and tables; every reader opens nothing.

A reader is a function from a path and a text to records. It has three values: what it understood
is a record, what it did not understand is named with its line (`Unread`), and only where nothing
of a kind was left unread does the absence of a record mean that there is none.
"""
