"""One module per kind of file that articles come from."""
