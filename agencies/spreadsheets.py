"""Cells that people open in a table program."""

FORMULA = ("=", "+", "-", "@", "\t", "\r")


def inert(text: str) -> str:
    """A table program would run text that begins like a formula."""
    return f"'{text}" if text.startswith(FORMULA) else text
