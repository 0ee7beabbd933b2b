"""The application: doors, turn, desk, clock and the log."""
