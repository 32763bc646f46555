"""Short codes whose public role everybody knows, for data folders whose directory feed does not name them.

People ring them to check a story: that is a sign of how far a fraud has gone. A directory row always comes first.
"""

from typing import Final

from graphsvc.model.words import DirectoryRole

WELL_KNOWN: Final[dict[str, DirectoryRole]] = {
    **dict.fromkeys(("110", "96110", "12110"), DirectoryRole.POLICE),
    **dict.fromkeys(("114", "116114", "118114"), DirectoryRole.DIRECTORY_ENQUIRIES),
    **dict.fromkeys(("10000", "10010", "10086", "10099"), DirectoryRole.OPERATOR),
    **dict.fromkeys(("12345", "12381", "12377", "12321"), DirectoryRole.GOVERNMENT),
    # The hotlines of the banks: 955 and two figures.
    **dict.fromkeys(
        (
            *("95508", "95511", "95516", "95526", "95527", "95528", "95533", "95555", "95558", "95559"),
            *("95561", "95566", "95568", "95577", "95580", "95588", "95594", "95595", "95599"),
        ),
        DirectoryRole.BANK,
    ),
}
"""Chinese short codes in canonical form, with their role."""
