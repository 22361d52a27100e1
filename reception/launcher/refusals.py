"""What the launcher may refuse; the text is the one line that the person at the terminal reads."""


class Refused(Exception):
    """Says what is wrong and how to mend it."""
