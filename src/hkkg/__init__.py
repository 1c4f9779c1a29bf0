"""The open, cited knowledge graph of Hong Kong's innovation and technology."""

from __future__ import annotations

__version__ = "0.1.0"
