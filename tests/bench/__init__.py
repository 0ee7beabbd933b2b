"""Measurements: `make bench`. Not collected by pytest; every module can be run alone."""
