"""`python -m rivage`."""

from rivage.cli import main

main()
