"""Change reports on real repositories: false claims that must be caught, honest ones that must not.

`repositories` holds the two applications, `work` what an agent can do in one of them, `report`
what it hands in. A scenario is a row of a table in `false_*.py` or `honest_*.py`: what the agent
does and reports, and what the program must answer. `running` plays it, `__main__` prints by kind.
Every scenario is played on a repository of its own, with the program in processes of its own.
"""
