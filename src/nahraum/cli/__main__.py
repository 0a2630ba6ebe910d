"""`python -m nahraum.cli`."""

from nahraum.cli import main

main()
