"""How the packaged models were made; never imported by what serves."""
