"""How the packaged weights were made; never imported by what serves."""
