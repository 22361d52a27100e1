"""One screen a module: read, do, commit, answer."""
