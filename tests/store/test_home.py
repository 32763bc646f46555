"""The data folder: private, made on first use, and plain about what is wrong with it."""

import shutil
from pathlib import Path

import pytest

from graphsvc.errors import StorageFailed
from graphsvc.store.home import Home


def test_a_new_data_folder_and_its_parts_are_private(tmp_path: Path) -> None:
    home = Home.open(tmp_path / "deep" / "data")
    assert home.path.stat().st_mode & 0o777 == 0o700
    assert home.folder(home.rejects).stat().st_mode & 0o777 == 0o700


def test_a_folder_that_others_can_change_is_refused(tmp_path: Path) -> None:
    loose = tmp_path / "loose"
    loose.mkdir()
    loose.chmod(0o777)
    with pytest.raises(StorageFailed, match="chmod 700"):
        Home.open(loose)


def test_a_path_that_cannot_be_a_folder_is_told_apart(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageFailed, match="check the disk and the path"):
        Home.open(tmp_path / "file" / "data")


def test_a_write_that_cannot_fit_is_refused_before_it_begins(tmp_path: Path) -> None:
    home = Home.open(tmp_path / "data")
    home.require_space(1)
    with pytest.raises(StorageFailed, match="free some space"):
        home.require_space(shutil.disk_usage(tmp_path).total * 2)
