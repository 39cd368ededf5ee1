"""Narrative: rows in words.

`tell` makes a story of a session log. Every sentence is chosen by a rule from what the ledger wrote
down, so the same rows give the same words; none is drawn by chance, and none says what is in no
row. `bands` says where a number becomes a word, `phrases` which words.
"""

from __future__ import annotations

from sim.narrative.story import Story, tell

__all__ = ["Story", "tell"]
