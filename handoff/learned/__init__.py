"""What small models, trained once and packaged, read in a message."""
