"""From rows to figures, and from figures to the editions that the Public Council reads."""
