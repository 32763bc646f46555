"""The data folder: one place that holds everything, private to its owner.

Knows where each thing rests; opens none of them.
"""

import shutil
from dataclasses import dataclass
from pathlib import Path

from graphsvc.errors import StorageFailed
from graphsvc.store.durable import disk_errors_explained, full

_SPARE_BYTES = 16 * 1024 * 1024  # the catalogue must still be able to commit after a bulk write


@dataclass(frozen=True)
class Home:
    """The folder and the names in it. `Home.open` makes the folder on first use."""

    path: Path

    @classmethod
    def open(cls, path: Path) -> "Home":
        """The data folder at `path`, made with mode 0700 if need be; refuses one that others can change."""
        with disk_errors_explained(path):
            if not path.exists():
                path.mkdir(mode=0o700, parents=True, exist_ok=True)
            entry = path.stat()
        if entry.st_mode & 0o022:
            raise StorageFailed(
                f"{path} can be changed by other users (mode {entry.st_mode & 0o777:04o}); "
                "run chmod 700 on it, or choose another data folder with --home"
            )
        return cls(path)

    @property
    def catalogue(self) -> Path:
        """SQLite file of facts, results and the ledger's head."""
        return self.path / "catalogue.sqlite"

    @property
    def vault(self) -> Path:
        """SQLite file of the encrypted raw numbers."""
        return self.path / "vault.sqlite"

    @property
    def vault_keys(self) -> Path:
        """The row keys of the vault. Not for any backup: who shreds a key there shreds the number everywhere."""
        return self.path / "vault-keys"

    @property
    def ledger(self) -> Path:
        """Delta Lake table: the body of the ledger."""
        return self.path / "ledger"

    @property
    def index(self) -> Path:
        """Sorted runs of event keys; rebuilt from the ledger when lost."""
        return self.path / "index"

    @property
    def keys(self) -> Path:
        """Key files, mode 0600. Not for backups that hold the vault."""
        return self.path / "keys"

    @property
    def snapshots(self) -> Path:
        """One folder a snapshot."""
        return self.path / "snapshots"

    @property
    def rejects(self) -> Path:
        """One file a load: the rows it refused."""
        return self.path / "rejects"

    @property
    def evaluations(self) -> Path:
        """One file an evaluation that was kept to be compared: figures alone."""
        return self.path / "evaluations"

    @property
    def neo4j(self) -> Path:
        """Folder of the local Neo4j server; derived from the rest but for its password."""
        return self.path / "neo4j"

    @property
    def lock(self) -> Path:
        """The writer's lock file."""
        return self.path / "writer.lock"

    @property
    def audit_head(self) -> Path:
        """Checkpoint of the audit chain: how many entries, and the last one's seal."""
        return self.path / "audit.head"

    def folder(self, path: Path) -> Path:
        """That folder of the data folder, made with mode 0700 if it is not there."""
        with disk_errors_explained(path):
            path.mkdir(mode=0o700, parents=True, exist_ok=True)
        return path

    def require_space(self, needed_bytes: int) -> None:
        """Raise StorageFailed now rather than in the middle of a write that cannot fit."""
        with disk_errors_explained(self.path):
            free = shutil.disk_usage(self.path).free
        if free < needed_bytes + _SPARE_BYTES:
            raise full(f"{self.path} ({free // 2**20} MiB free, {needed_bytes // 2**20} MiB needed)")
