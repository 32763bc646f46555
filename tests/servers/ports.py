"""Ports that stay free: for servers that take theirs some seconds later, and take them again after a kill."""

import random
import socket

_FIRST, _BELOW = 20_000, 32_000
"""Below those that the kernel gives to whoever asks for any: one of these is another's before a slow server has it."""


def kept_ports() -> tuple[int, int]:
    """Two ports where nobody listens, and that nobody is given by chance."""
    chance = random.SystemRandom()
    with socket.socket() as one, socket.socket() as other:
        return _bound(one, chance), _bound(other, chance)


def _bound(one: socket.socket, chance: random.Random) -> int:
    while True:
        try:
            one.bind(("127.0.0.1", chance.randrange(_FIRST, _BELOW)))
        except OSError:
            continue
        port: int = one.getsockname()[1]
        return port
