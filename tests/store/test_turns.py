"""Turns: one at a time, in the order of asking, among threads and processes."""

import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import ExitStack
from pathlib import Path

import pytest

from graphsvc.store.turns import SharedTurn, Turn


def test_threads_get_it_in_the_order_in_which_they_asked() -> None:
    turn = Turn()
    order: list[int] = []
    started: list[threading.Event] = []

    def take(name: int) -> None:
        started[name].set()
        with turn:
            order.append(name)

    with turn:
        for name in range(20):
            started.append(threading.Event())
            thread = threading.Thread(target=take, args=(name,))
            thread.start()
            assert started[name].wait(60)
            while len(turn._waiting) <= name:
                pass
    with turn:
        pass
    assert order == list(range(20))


def test_only_one_has_it(tmp_path: Path) -> None:
    turns = [SharedTurn(tmp_path / "t") for _ in range(3)]
    inside, most = [0], [0]

    def work(turn: SharedTurn) -> None:
        for _ in range(50):
            with turn:
                inside[0] += 1
                most[0] = max(most[0], inside[0])
                inside[0] -= 1

    threads = [threading.Thread(target=work, args=(turns[k % 3],)) for k in range(9)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == [1]
    for turn in turns:
        turn.close()


HOLD = """
import sys, time
from pathlib import Path
from graphsvc.store.turns import SharedTurn
with SharedTurn(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


def test_a_process_that_is_killed_gives_its_turn_back(tmp_path: Path) -> None:
    command = [sys.executable, "-c", HOLD, str(tmp_path / "t")]
    with subprocess.Popen(command, cwd=Path(__file__).parents[2], stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        turn = SharedTurn(tmp_path / "t")
        os.kill(holder.pid, signal.SIGKILL)
        with turn:
            pass
        turn.close()


def test_who_is_interrupted_while_waiting_holds_nobody_up(monkeypatch: pytest.MonkeyPatch) -> None:
    turn = Turn()

    class Interrupted:
        def __init__(self) -> None:
            self.asked = 0

        def acquire(self) -> None:
            self.asked += 1
            if self.asked == 2:
                raise KeyboardInterrupt

    turn.__enter__()
    monkeypatch.setattr("graphsvc.store.turns.Lock", Interrupted)
    with pytest.raises(KeyboardInterrupt):
        turn.__enter__()
    monkeypatch.undo()
    turn.__exit__()
    with turn:
        pass


LINE = """
import sys, time
from pathlib import Path
from graphsvc.store.turns import SharedTurn
turn = SharedTurn(Path(sys.argv[1]))
print("ready", flush=True)
for line in sys.stdin:
    with turn:
        print("got", time.monotonic(), flush=True)
"""


def test_processes_get_it_in_the_order_in_which_they_asked(tmp_path: Path) -> None:
    """Each stands in line before the next one asks; one in the middle is killed there, and the others keep order."""
    command = [sys.executable, "-c", LINE, str(tmp_path / "t")]
    options = {"cwd": Path(__file__).parents[2], "stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    turn, got = SharedTurn(tmp_path / "t"), []
    with ExitStack() as stack:
        others = [stack.enter_context(subprocess.Popen(command, **options)) for _ in range(5)]  # type: ignore[call-overload]
        for other in others:
            assert other.stdout.readline() == "ready\n"
        with turn:
            for other in others:
                drawn = tickets(tmp_path / "t")
                other.stdin.write("\n")
                other.stdin.flush()
                while tickets(tmp_path / "t") == drawn:
                    time.sleep(0.001)
            os.kill(others[4].pid, signal.SIGKILL)
        for other in others[:4]:
            other.stdin.close()
            got.append(float(other.stdout.readline().split()[1]))
    assert got == sorted(got)
    turn.close()


def test_threads_of_several_processes_get_it_in_the_order_in_which_they_asked(tmp_path: Path) -> None:
    """Each turn has an opening of the file of its own, as each process has."""
    one, other, held = (SharedTurn(tmp_path / "t") for _ in range(3))
    asking = [one, one, other, one, other, other, one, other]
    got = list[int]()

    def take(turn: SharedTurn, place: int) -> None:
        with turn:
            got.append(place)

    threads = [threading.Thread(target=take, args=(turn, place)) for place, turn in enumerate(asking)]
    with held:
        for thread in threads:
            drawn = tickets(tmp_path / "t")
            thread.start()
            while tickets(tmp_path / "t") == drawn:
                time.sleep(0.001)
    for thread in threads:
        thread.join()
    assert got == list(range(len(asking)))
    for turn in (one, other, held):
        turn.close()


def test_a_thread_that_is_interrupted_in_line_lets_the_next_one_through(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, held, got = SharedTurn(tmp_path / "t"), SharedTurn(tmp_path / "t"), list[str]()

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    with held:
        with monkeypatch.context() as broken:
            broken.setattr(SharedTurn, "_wait_for_the_one_before", interrupted)
            with pytest.raises(KeyboardInterrupt):
                one.__enter__()
        drawn = tickets(tmp_path / "t")

        def take() -> None:
            with one:
                got.append("next")

        waiting = threading.Thread(target=take)
        waiting.start()
        while tickets(tmp_path / "t") == drawn:
            time.sleep(0.001)
        assert not got, "the other process has it"
    waiting.join()
    assert got == ["next"]
    one.close()
    held.close()


def tickets(file: Path) -> int:
    """The number of the next ticket."""
    return int.from_bytes(file.read_bytes()[:8], "little")
