"""Runs photos through Google Gemini."""
