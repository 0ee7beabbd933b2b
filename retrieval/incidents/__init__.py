"""What is broken now, where that is known from, and which questions it explains."""
