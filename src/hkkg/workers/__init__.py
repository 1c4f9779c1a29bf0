"""Processes that evaluate queries and writes, so that one that overruns can be killed without harm to others.

The nursery holds the graph and never starts a thread; it forks the workers, each of which sees the generation
of that moment for ever. `Lanes` is the side of the process that answers HTTP.
"""
