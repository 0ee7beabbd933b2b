"""How well the decision does on conversations that people have labelled."""
