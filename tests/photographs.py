"""Real photographs for tests, from scikit-image's data folder (public domain or CC0)."""

import importlib.util
from pathlib import Path


def photograph(name: str) -> Path:
    """Path of one of scikit-image's pictures, found without importing scikit-image.

    Raises:
        FileNotFoundError: scikit-image is not installed, or has no such picture.
    """
    package = importlib.util.find_spec("skimage")
    folders = [] if package is None else package.submodule_search_locations or []
    for folder in folders:
        path = Path(folder) / "data" / name
        if path.is_file():
            return path
    raise FileNotFoundError(f"no photograph {name}: install requirements/photographs.txt")
