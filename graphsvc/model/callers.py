"""Who asks: a role, a region and a purpose. What a role may see and do is a table of the API (`api/authority.toml`)."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from graphsvc.errors import Reason, UsageError
from graphsvc.model.purposes import Errand

_REGION: Final = re.compile(r"(?:[0-9]{2}|[0-9]{4}|[0-9]{6})?")


class Role(StrEnum):
    """What somebody works as; an access token carries one."""

    INVESTIGATOR = "investigator"
    DISPATCHER = "dispatcher"
    HOTLINE = "hotline"
    ANALYST = "analyst"
    SUPERVISOR = "supervisor"
    AUDITOR = "auditor"
    FEEDER = "feeder"
    ADMIN = "admin"


@dataclass(frozen=True)
class Caller:
    """Somebody who was recognised, and why they ask. `name` goes to the audit log: no secret is in it."""

    name: str
    role: Role
    region: str
    """Prefix of a GB/T 2260 code: two digits a province, four a city, six a district, none the ministry."""
    purpose: str
    case_ref: str | None = None

    @property
    def errand(self) -> Errand:
        """Who asks and why, for the audit log."""
        return Errand(self.name, self.purpose, self.case_ref)

    def covers(self, region: str | None) -> bool:
        """Whether somebody of that region is theirs to see; a person of unknown region is the ministry's alone."""
        return not self.region or (region is not None and region.startswith(self.region))


def region_prefix(text: str) -> str:
    """A region as a prefix without trailing zeros: `440000` is `44`. UsageError where it is no region."""
    code = text.strip()
    while len(code) > 2 and code.endswith("00"):
        code = code[:-2]
    if not _REGION.fullmatch(code):
        raise UsageError(
            "a region is two, four or six digits, such as 44, 4403 or 440305; none is the whole country",
            reason=Reason.REGION_UNFIT,
        )
    return code
