"""``python -m cartwheel`` is the command ``cartwheel``."""

from cartwheel.entrypoints.cli import main

if __name__ == "__main__":
    main()
