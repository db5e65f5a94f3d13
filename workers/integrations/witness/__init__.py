"""The transcript as a witness: a report compared with what its agent was seen to do.

`transcript` reads what was seen, `commands` and `searches` take a shell command apart, `stated`
takes from a report what can be compared, `comparing` compares. What was not seen is told only
where the transcript is whole; whatever may have shown a file or run a command counts as if it did.
"""
