"""The real handlers on a clock and a network of chance: `python -m tests.simulate`."""
