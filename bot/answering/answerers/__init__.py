"""Ways to write an answer: one file each."""
