"""What a Delta Lake table remembers of its past, taken away: old log files, and data files that no version names."""

from pathlib import Path

import pyarrow as pa
from deltalake import DeltaTable

from graphsvc.store.durable import sync_file, sync_folder


def forget(folder: Path, version: int) -> None:
    """Keep a table's version and later ones alone. Nobody may write to the table meanwhile; run again, it goes on.

    The checkpoint comes first and is synced: from it the table opens without what came before.
    """
    table, log = DeltaTable(str(folder), version=version), folder / "_delta_log"
    table.create_checkpoint()
    named = {folder / path for path in pa.table(table.get_add_actions(flatten=True)).column("path").to_pylist()}
    for path in log.glob("*checkpoint*"):
        sync_file(path)
    sync_folder(log)
    for path in log.iterdir():
        number = path.name.split(".")[0]
        if number.isdigit() and int(number) < version:
            path.unlink()
    for path in folder.glob("day=*/*"):
        if path not in named:
            path.unlink()
    for place in folder.glob("day=*"):
        if not any(place.iterdir()):
            place.rmdir()
    sync_folder(log)
    sync_folder(folder)
