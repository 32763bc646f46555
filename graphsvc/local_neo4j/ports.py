"""Ports of the loopback address: whether one is free, a free one, and whether a Bolt server answers there."""

import socket

LOOPBACK = "127.0.0.1"
BOLT = 7687
HTTP = 7474
_HANDSHAKE = bytes.fromhex("6060b017" + "00000805" + "00000004" * 3)  # Bolt's magic, then versions 5.8 to 5.0, and 4.0
_ANSWER_SECONDS = 2.0


def is_free(port: int) -> bool:
    """Nobody listens there."""
    with socket.socket() as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind((LOOPBACK, port))
        except OSError:
            return False
    return True


def any_free(but: int = 0) -> int:
    """A port that is free now, other than `but`."""
    while True:
        with socket.socket() as tried:
            tried.bind((LOOPBACK, 0))
            port = int(tried.getsockname()[1])
        if port != but:
            return port


def listens(pid: int, *ports: int) -> bool:
    """The process itself listens on all of them: no other program was quicker to take one."""
    import psutil

    try:
        held = psutil.Process(pid).net_connections(kind="tcp")
    except psutil.Error:
        return False
    return set(ports) <= {one.laddr.port for one in held if one.status == psutil.CONN_LISTEN}


def bolt_answers(port: int) -> bool:
    """A Bolt server takes a handshake on this port of the loopback address."""
    try:
        with socket.create_connection((LOOPBACK, port), timeout=_ANSWER_SECONDS) as asked:
            asked.sendall(_HANDSHAKE)
            chosen = asked.recv(4)
    except OSError:
        return False
    return len(chosen) == 4 and any(chosen)
