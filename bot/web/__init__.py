"""Doors for staff, and pages."""
