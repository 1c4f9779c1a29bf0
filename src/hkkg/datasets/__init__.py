"""The graph as a dataset: its bulk files, its descriptions in VoID, DCAT and schema.org, and its versions."""

from __future__ import annotations
