"""Takes the booth's photo, waits inside the sync window, answers with the picture."""
