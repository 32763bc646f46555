"""A real server for tests: `graphsvc serve` as a process of its own on a data folder, ended at the end."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Thread

import httpx


@dataclass
class Served:
    """A server that is running."""

    url: str
    token: str
    """An investigator's, got for the link that was printed, if one was."""
    process: "subprocess.Popen[str]"
    lines: list[str]
    """What it has said on stderr so far."""
    link: str = ""
    """The token of that link: it is spent."""

    def post(self, query: str, **more: object) -> httpx.Response:
        """A document, asked over the network."""
        headers = {"authorization": f"Bearer {self.token}"}
        return httpx.post(f"{self.url}/graphql", json={"query": query, **more}, headers=headers, timeout=30)


@contextmanager
def served(home: Path, *options: str, **environment: str) -> Iterator[Served]:
    """`graphsvc serve` on a free port, answering; ended by SIGTERM. Its link was opened."""
    with serving(home, *options, **environment) as (url, link, process, lines):
        token = ""
        if link and url.startswith("http:"):
            token = httpx.post(f"{url}/link", headers={"authorization": f"Bearer {link}"}, timeout=30).json()["token"]
        yield Served(url, token, process, lines, link)


@contextmanager
def serving(
    home: Path, *options: str, **environment: str
) -> Iterator[tuple[str, str, "subprocess.Popen[str]", list[str]]]:
    """The same as it is before anybody opens the link: address, the link's token, process, what it says on stderr."""
    command = [sys.executable, "-m", "graphsvc", "--home", str(home), "serve", "--port", "0", *options]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env={**os.environ, **environment})
    assert process.stderr is not None
    lines: list[str] = []
    url = token = ""
    for line in process.stderr:
        lines.append(line)
        token = token or "".join(re.findall(r"#token=(\S+)", line))
        url = url or "".join(re.findall(r"serving (\S+)/graphql", line))
        if "startup complete" in line:
            break
    else:
        raise AssertionError("".join(lines))
    stderr = process.stderr
    reader = Thread(target=lambda: lines.extend(stderr), daemon=True)
    reader.start()
    try:
        yield url, token, process, lines
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        process.wait(60)
        reader.join(60)
        stderr.close()
