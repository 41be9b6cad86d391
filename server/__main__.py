"""`python -m deadringer.server` and the command `deadringer`."""

from .cli import main

if __name__ == "__main__":
    main()
