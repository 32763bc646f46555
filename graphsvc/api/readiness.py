"""What must be so that questions can be answered, and what is done beforehand so that nobody waits for it.

When a shift begins, or after the service was started anew, all dispatchers ask in the same moment. By then their
documents are known, so that claims go before what else waits; statements are put together, what is shipped is read, and
each thread finds a connection open. Nothing is asked of a database, and nothing is written.
"""

from graphsvc.api.authority import authority
from graphsvc.api.operations import DISPATCHERS, operations
from graphsvc.api.room import Room
from graphsvc.errors import GraphsvcError
from graphsvc.service import Service
from graphsvc.wording.templates import built_in


def make_ready(room: Room) -> None:
    """Do beforehand what the first dispatchers would wait for; before the service says that it serves."""
    for document in operations(DISPATCHERS):
        room.documents.prepared(document, None)
    authority()
    built_in()
    room.service.catalogue.make_ready(room.limits.threads)
    room.service.registry.make_ready(room.limits.threads)


def readiness(service: Service) -> dict[str, str]:
    """What must be so that questions can be answered: a word for each, `ok` where it is."""
    found = {}
    for name, look in (("analysis", service.current), ("registry", service.registry.next_ids)):
        try:
            look()
            found[name] = "ok"
        except GraphsvcError as failed:
            found[name] = failed.code
    return found
