"""Why a server gave up, in its own words: the last fault in its logs, with advice where we know one."""

import re
from pathlib import Path

from graphsvc.local_neo4j.server_home import ServerHome

_PORT_TAKEN = "Address already in use"
_ADVICE = (
    (_PORT_TAKEN, "a port was taken in that moment; start again"),
    ("Could not reserve enough space", "there is too little memory: lower GRAPHSVC_NEO4J_HEAP_MIB"),
    ("Cannot allocate memory", "there is too little memory: lower GRAPHSVC_NEO4J_HEAP_MIB or _PAGE_CACHE_MIB"),
    ("OutOfMemoryError", "the heap is too small: raise GRAPHSVC_NEO4J_HEAP_MIB"),
    ("No space left on device", "the disk is full: free some space and start again"),
    ("UnsupportedClassVersionError", "this Java is too old: GRAPHSVC_JAVA_HOME must name a JDK 21 or newer"),
    ("ClassNotFoundException", "jars are missing from the cache folder: remove it and start again"),
)
_TAIL_BYTES = 20_000
_ROOM_MIB = 512
_BEGINNING = "Starting..."


def last_words(home: ServerHome) -> str:
    """The last error that the server logged or printed, and what to do about it."""
    printed = _printed(home)
    for sign, advice in _ADVICE:
        if sign in printed:
            return f"{advice} ({home.logs} has more)"
    free_mib = home.free_bytes() >> 20
    if free_mib < _ROOM_MIB:  # the server itself says that in debug.log only, among much else
        return (
            f"only {free_mib} MiB are free where it keeps its data, and either of its databases takes 256 MiB at once: "
            f"free some space and start again ({home.logs} has more)"
        )
    faults = re.findall(r"(?:ERROR|Error|Exception)\b.*", printed)
    return f"{faults[-1][:300]} ({home.logs} has more)" if faults else f"it did not say why; look into {home.logs}"


def lost_its_port(home: ServerHome) -> bool:
    """It gave up because another program had taken one of its ports."""
    return _PORT_TAKEN in _printed(home)


def _printed(home: ServerHome) -> str:
    """What it logged and printed since it last began."""
    logged = _tail(home.logs / "neo4j.log").rpartition(_BEGINNING)[2]
    return "\n".join((logged, _tail(home.logs / "console.log")))


def _tail(log: Path) -> str:
    if not log.exists():
        return ""
    with log.open("rb") as file:
        file.seek(max(0, log.stat().st_size - _TAIL_BYTES))
        return file.read().decode(errors="replace")
