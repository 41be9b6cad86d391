"""The libraries of pure functions, and the values they give."""

from __future__ import annotations

from . import (
    chance,
    codecs,
    cvss,
    hashes,
    http,
    jsons,
    jwt,
    keys,
    markup,
    packing,
    plain,
    regexes,
    scrapes,
    storms,
    tabular,
    tallies,
    times,
)

LIBRARIES = (
    *plain.LIBRARIES,
    *times.LIBRARIES,
    *codecs.LIBRARIES,
    *hashes.LIBRARIES,
    *regexes.LIBRARIES,
    *jsons.LIBRARIES,
    *keys.LIBRARIES,
    *jwt.LIBRARIES,
    *markup.LIBRARIES,
    *packing.LIBRARIES,
    *chance.LIBRARIES,
    *tallies.LIBRARIES,
    *cvss.LIBRARIES,
    *tabular.LIBRARIES,
    *scrapes.LIBRARIES,
    *http.LIBRARIES,
    *storms.LIBRARIES,
)

KINDS = (
    *jsons.KINDS,
    *keys.KINDS,
    *jwt.KINDS,
    *markup.KINDS,
    *chance.KINDS,
    *tallies.KINDS,
    *tabular.KINDS,
    *http.KINDS,
)
