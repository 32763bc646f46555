"""What the store's tests work on."""

from dataclasses import dataclass
from pathlib import Path

from graphsvc.store.catalogue import Catalogue
from graphsvc.store.home import Home
from graphsvc.store.keys import Keys
from graphsvc.store.vault import Vault


@dataclass(frozen=True)
class Folder:
    """An open data folder."""

    home: Home
    catalogue: Catalogue
    keys: Keys
    vault: Vault
    catalogue_at: str | Path
    """Where its catalogue is, to open it again."""
    vault_at: str | Path
