"""Whoever runs a command does not wait for the garbage collector."""

import subprocess
import sys

PROGRAM = """
import gc, sys
from graphsvc.__main__ import main
sys.argv = ["graphsvc", "--version"]
try:
    main()
except SystemExit as left:
    print(left.code, gc.isenabled(), gc.get_threshold()[0])
"""


def test_a_command_looks_for_garbage_seldom_but_does() -> None:
    run = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True)
    code, enabled, threshold = run.stdout.split()[-3:]
    assert (code, enabled) == ("0", "True")
    assert int(threshold) >= 50_000
