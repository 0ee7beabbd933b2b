"""Doors customers come through: one file each."""
