"""`python -m bot` and `handrail`."""

import sys

from retrieval import memory


def main() -> None:
    """Run the command line."""
    memory.spare()  # before most of the program is loaded
    from bot.settings import quiet_libraries

    quiet_libraries()  # before any library that looks at the environment is imported
    from bot.cli import run

    sys.exit(run())


if __name__ == "__main__":
    main()
