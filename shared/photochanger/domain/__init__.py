"""The product in words: stdlib and pydantic only, no input or output."""
