"""Runs photos through Turbotext's photo API."""
