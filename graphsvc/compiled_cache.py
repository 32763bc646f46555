"""Where numba keeps the machine code of kernels, settled before numba is imported.

numba keeps it beside the modules, or else in the user's cache folder. A service user may write to neither, and
numba then refuses to work at all. The data folder is always writable and nobody else's.
"""

import os
from collections.abc import MutableMapping
from pathlib import Path
from typing import Final

CACHE_VARIABLE: Final = "NUMBA_CACHE_DIR"
FOLDER: Final = "kernels"


def settle_cache(data_folder: Path, environment: MutableMapping[str, str]) -> None:
    """Name a folder in the data folder to numba, where it has no other and nobody has named one."""
    cache = Path(environment.get("XDG_CACHE_HOME") or Path(environment.get("HOME") or "/", ".cache"), "numba")
    if environment.get(CACHE_VARIABLE) or _writable(Path(__file__).parent) or _writable(cache):
        return
    environment[CACHE_VARIABLE] = str(data_folder.absolute() / FOLDER)


def _writable(folder: Path) -> bool:
    """Whether this user can write into a folder, or can make it."""
    # os.path, because Path.exists raises in a home folder that this user may not even look into
    nearest = next(place for place in (folder, *folder.parents) if os.path.exists(place))
    return nearest.is_dir() and os.access(nearest, os.W_OK | os.X_OK)
