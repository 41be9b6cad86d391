"""Macros: `$NAME$` is replaced by its text before a query is parsed, also inside strings (nql.md chapter 14)."""

import re
from collections.abc import Mapping

from ..text import Source
from .choices import MACRO_PASSES, QUERY_CHARACTERS
from .errors import NqlError

MACRO = re.compile(r"\$([A-Za-z0-9_]+)\$", re.ASCII)
PRIVATE = 'lookupKeyExists("groups-private", {{"cidr": {} }})'
CLIENT, SERVER = PRIVATE.format("clientIp"), PRIVATE.format("serverIp")

# The product's own.
BUILT_IN: Mapping[str, str] = {
    "INT_EXT": f"{CLIENT} AND not {SERVER}",
    "EXT_INT": f"not({CLIENT}) AND {SERVER}",
    "INT_INT": f"({CLIENT}) and ({SERVER})",
    "EXT_EXT": f"not({CLIENT}) AND not ({SERVER})",
    "INT_": CLIENT,
    "_INT": SERVER,
    "EXT_": f"not({CLIENT})",
    "_EXT": f"not({SERVER})",
    "LDAP": '(serverPort = 636 AND protocol = 6) OR serverPort = 389 or applicationNameNtop = "LDAP"',
    "DHCP": 'in(serverPort, [67,68]) or applicationNameNtop = "DHCP"',
    "RDP": 'serverPort=3389 or applicationNameNtop = "RDP"',
    "DNS": 'serverPort=53 or applicationNameNtop = "DNS"',
    "Workstations": 'any(serverGroups, ["Workstations"])',
    "Public": 'any(serverGroups, ["Public"])',
}


def expand(text: str, macros: Mapping[str, str] = BUILT_IN) -> str:
    """A query with its macros replaced, and those in their texts, ten times at most (open-82).

    Raises NqlError for an unknown macro (open-81), for macros without end and for a text that gets too long.
    """
    for _ in range(MACRO_PASSES):
        pieces: list[str] = []
        size = place = 0
        for match in MACRO.finditer(text):
            span = Source(text).span(match.start(), match.end())
            if match[1] not in macros:
                raise NqlError(f"Unknown macro {match[0]}.", span)
            pieces += text[place : match.start()], macros[match[1]]
            size += len(pieces[-1]) + len(pieces[-2])
            place = match.end()
            if size > QUERY_CHARACTERS:
                raise NqlError(f"With its macros the query has more than {QUERY_CHARACTERS} characters.", span)
        if not pieces:
            return text
        text = "".join((*pieces, text[place:]))
    left = MACRO.search(text)
    if left is not None:
        span = Source(text).span(left.start(), left.end())
        raise NqlError(f"Macros stand in macros more than {MACRO_PASSES} deep.", span)
    return text
