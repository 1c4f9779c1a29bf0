"""The conformance of the SPARQL service: cases of one model, run over HTTP or in the engine's own process.

`PYTHONPATH=tests python -m conformance` runs the project's own cases; with the path of a checkout of the
W3C's rdf-tests it runs that suite. Not a file of that suite is part of the project.
"""
