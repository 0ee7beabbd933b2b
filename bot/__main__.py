"""`python -m bot` and `handrail`."""

import sys

from bot.settings import quiet_libraries


def main() -> None:
    """Run the command line."""
    quiet_libraries()  # before any library that looks at the environment is imported
    from bot.cli import run

    sys.exit(run())


if __name__ == "__main__":
    main()
