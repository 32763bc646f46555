"""neo4j-admin with the server's class path: import into an empty database, dump and load, and what a failure says."""

import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from graphsvc.errors import Neo4jFailed, StorageFailed
from graphsvc.local_neo4j.admin import Admin
from graphsvc.local_neo4j.jars import Jars
from graphsvc.local_neo4j.server_home import Memory, Ports, ServerHome
from tests.servers.neo4j import QUICK_START

pytestmark = pytest.mark.xdist_group("neo4j")

IMPORT = ("database", "import", "full", "neo4j")


@pytest.fixture
def admin(java: Path, neo4j_jars: Jars, tmp_path: Path) -> Admin:
    home = ServerHome(tmp_path / "neo4j")
    home.prepare(neo4j_jars)
    home.configure(Ports(bolt=1, http=2), Memory(heap_mib=256, page_cache_mib=32))
    return Admin(java, neo4j_jars, home, QUICK_START)


@pytest.fixture
def nodes(tmp_path: Path) -> Path:
    file = tmp_path / "nodes.csv"
    file.write_text("token:ID,masked,:LABEL\nv1.a,one,Number\nv1.b,two,Number\n")
    return file


def test_what_was_imported_can_be_dumped_and_loaded_elsewhere(admin: Admin, nodes: Path, tmp_path: Path) -> None:
    said = admin.run(*IMPORT, f"--nodes={nodes}", heap_mib=256)
    assert "2 nodes" in said
    dumps = tmp_path / "dumps"
    dumps.mkdir()
    admin.run("database", "dump", "neo4j", f"--to-path={dumps}", heap_mib=256)
    assert (dumps / "neo4j.dump").stat().st_size > 0
    other = ServerHome(tmp_path / "other")
    other.prepare(admin.jars)
    other.configure(Ports(bolt=1, http=2), Memory(heap_mib=256, page_cache_mib=32))
    replace(admin, home=other).run("database", "load", "neo4j", f"--from-path={dumps}", heap_mib=256)
    assert (other.path / "data" / "databases" / "neo4j").is_dir()


def test_an_import_into_a_database_that_is_not_empty_is_refused_in_plain_words(admin: Admin, nodes: Path) -> None:
    admin.run(*IMPORT, f"--nodes={nodes}", heap_mib=256)
    with pytest.raises(Neo4jFailed, match=r"^neo4j-admin database import failed: .*already exist.*[^-]$"):
        admin.run(*IMPORT, f"--nodes={nodes}", heap_mib=256)


def test_a_full_disk_is_named_as_such(admin: Admin, nodes: Path, tmp_path: Path) -> None:
    # A file system of two MiB, mounted where the database goes: the importer meets the end of it as it would meet any.
    data = admin.home.path / "data"
    mounted = mount_small(data)
    if not mounted:
        pytest.skip("no right to mount a small file system here")
    try:  # this importer would wait for ever
        with pytest.raises(StorageFailed, match="no space is left"):
            admin.run(*IMPORT, f"--nodes={nodes}", heap_mib=256)
    finally:
        unmount(data)


def mount_small(folder: Path) -> bool:
    command = ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(folder)]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def unmount(folder: Path) -> None:
    subprocess.run(["umount", str(folder)], check=True)


def test_wrong_usage_is_quoted_without_the_manual(admin: Admin) -> None:
    with pytest.raises(Neo4jFailed, match=r"neo4j-admin database impart failed: ") as refused:
        admin.run("database", "impart")
    assert len(str(refused.value)) < 200


def test_no_password_looks_like_an_option(tmp_path: Path) -> None:
    for each in range(100):
        (tmp_path / str(each)).mkdir()
        assert ServerHome(tmp_path / str(each)).make_password().isalnum()
