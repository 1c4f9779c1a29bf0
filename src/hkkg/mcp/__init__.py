"""The graph as tools of a language model, by the Model Context Protocol: `hkkg mcp`.

What the tools need of the graph runs in workers (`functions`), under the limits of every other query;
`server` offers them, and knows nothing of the graph.
"""
