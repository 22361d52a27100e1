"""The guide of life situations: what to do, in which order, where, with what, for how much."""

from reception.guide.finding import Found, search

__all__ = ["Found", "search"]
