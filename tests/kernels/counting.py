"""Counts the instructions of `work` under Valgrind: `python -m tests.kernels.counting` prints them as kept here.

Kernels are compiled for a plain x86-64, so that the count is that of the code and not of the machine, its load or its
caches. It does not see what waits for memory: that is what `bench` is for.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.kernels.work import PIECES
from tests.servers.missing import missing

_PLAIN = {"NUMBA_CPU_NAME": "generic", "NUMBA_CPU_FEATURES": "", "PYTHONHASHSEED": "0"}
_WORK = ("-m", "tests.kernels.work")
_TOTALS = re.compile(r"^totals: (\d+)$", re.MULTILINE)


def counted(folder: Path) -> Mapping[str, int]:
    """Instructions by piece of work. `folder` is for what is written on the way."""
    valgrind = shutil.which("valgrind")
    if valgrind is None:
        missing("valgrind is not installed, which counts instructions")
    about = {**os.environ, **_PLAIN, "NUMBA_CACHE_DIR": str(folder / "compiled")}
    said = folder / "counts"
    under = [valgrind, "--tool=callgrind", "--dump-before=getloadavg*", f"--callgrind-out-file={said}"]
    for command in ([], under):  # the first run compiles: the second finds the kernels in the cache
        done = subprocess.run(
            [*command, sys.executable, *_WORK], env=about, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr[-2_000:]
    totals = [int(_TOTALS.findall(path.read_text("utf-8"))[0]) for path in _parts(said)]
    assert len(totals) == len(PIECES), f"{len(totals)} pieces were counted, of {len(PIECES)}"
    return dict(zip(PIECES, totals, strict=True))


def _parts(said: Path) -> list[Path]:
    """What was counted between two marks, in order: the first part is what comes before any."""
    numbered = sorted(said.parent.glob(f"{said.name}.*"), key=lambda path: int(path.suffix[1:]))
    return numbered[1:]


def main() -> None:
    """Print the counts as TOML."""
    with TemporaryDirectory() as folder:
        for piece, count in counted(Path(folder)).items():
            sys.stdout.write(f"{piece} = {count:_}\n")


if __name__ == "__main__":
    main()
