"""`python -m reception`: the console script without its installation."""

from reception.commands import main

main()
