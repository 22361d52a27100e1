"""Thin tasks: each looks for rows that wait, does one verb a row, and commits.

All may run twice or be cut off anywhere; the row says what is left to do. Nothing is passed to
them, so that no person's data ever stands in the broker.
"""

from workers.tasks import center, editions, figures, hall, notices, papers, upkeep

__all__ = ["center", "editions", "figures", "hall", "notices", "papers", "upkeep"]
