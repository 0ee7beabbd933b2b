"""One conversation: its events, its state, its log."""
