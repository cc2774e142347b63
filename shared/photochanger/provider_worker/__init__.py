"""The loop that every provider service runs, and the ports through which it meets its provider."""
