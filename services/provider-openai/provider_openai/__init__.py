"""Runs photos through OpenAI's image models."""
