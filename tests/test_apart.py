"""Work in a process of its own: what it answers, what becomes of it, and that it outlives nobody."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest

from graphsvc.apart import Apart, Ended
from graphsvc.errors import NotFound


@contextmanager
def counting(beside: Path) -> Iterator[Callable[[str], tuple[int, int, int]]]:
    """Answers with process, niceness and the how manieth question it was."""
    asked = 0

    def answer(question: str) -> tuple[int, int, int]:
        nonlocal asked
        asked += 1
        if question == "fail":
            raise NotFound("there is no such number")
        if question == "die":
            os.kill(os.getpid(), signal.SIGKILL)
        return os.getpid(), os.nice(0), asked

    yield answer
    beside.write_text(f"{asked}")


def alive(process: int) -> bool:
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def test_one_process_answers_all_questions_behind_others_and_closes_what_it_opened(tmp_path: Path) -> None:
    apart: Apart[str, tuple[int, int, int]] = Apart(partial(counting, tmp_path / "closed"))
    first = apart.ask("what")
    assert first[0] != os.getpid()
    assert first[1:] == (min(os.nice(0) + 10, 19), 1)
    with pytest.raises(NotFound, match="there is no such number"):
        apart.ask("fail")
    for sent_to_all in (signal.SIGINT, signal.SIGTERM):
        os.kill(first[0], sent_to_all)
    assert apart.ask("what") == (*first[:2], 3)
    apart.close()
    assert (tmp_path / "closed").read_text() == "3"
    assert not alive(first[0])


def test_a_process_that_is_ended_fails_that_question_and_the_next_one_begins_another(tmp_path: Path) -> None:
    apart: Apart[str, tuple[int, int, int]] = Apart(partial(counting, tmp_path / "closed"))
    first = apart.ask("what")
    with pytest.raises(Ended):
        apart.ask("die")
    second = apart.ask("what")
    assert second[0] != first[0]
    assert second[2] == 1
    apart.close()


def test_it_ends_when_the_process_that_began_it_is_killed(tmp_path: Path) -> None:
    script = (
        "from functools import partial\nfrom pathlib import Path\nfrom tests.test_apart import Apart, counting\n"
        "if __name__ == '__main__':\n"
        f"    print(Apart(partial(counting, Path({str(tmp_path / 'closed')!r}))).ask('what')[0], flush=True)\n"
        "    input()\n"
    )
    (tmp_path / "began.py").write_text(script)
    command = [sys.executable, str(tmp_path / "began.py")]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
    ) as process:
        assert process.stdout is not None
        apart = int(process.stdout.readline())
        assert alive(apart)
        process.kill()
        process.wait()
    for _ in range(600):
        if not alive(apart):
            return
        time.sleep(0.1)
    pytest.fail("it is still there a minute later")
