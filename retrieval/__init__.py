"""Question in, evidence out: articles, passages, search and current incidents."""
