"""`colorize`: how a node is to be shown, told beside it."""

from __future__ import annotations

import re

from ..errors import StormError
from ..programs.shape import Paths
from ..runtime import Runtime
from .command import Command, Given, Option

# The names of CSS Color Module Level 4.
_LISTED = """
    aliceblue antiquewhite aqua aquamarine azure beige bisque black blanchedalmond blue blueviolet brown burlywood
    cadetblue chartreuse chocolate coral cornflowerblue cornsilk crimson cyan darkblue darkcyan darkgoldenrod darkgray
    darkgreen darkgrey darkkhaki darkmagenta darkolivegreen darkorange darkorchid darkred darksalmon darkseagreen
    darkslateblue darkslategray darkslategrey darkturquoise darkviolet deeppink deepskyblue dimgray dimgrey dodgerblue
    firebrick floralwhite forestgreen fuchsia gainsboro ghostwhite gold goldenrod gray green greenyellow grey honeydew
    hotpink indianred indigo ivory khaki lavender lavenderblush lawngreen lemonchiffon lightblue lightcoral lightcyan
    lightgoldenrodyellow lightgray lightgreen lightgrey lightpink lightsalmon lightseagreen lightskyblue lightslategray
    lightslategrey lightsteelblue lightyellow lime limegreen linen magenta maroon mediumaquamarine mediumblue
    mediumorchid mediumpurple mediumseagreen mediumslateblue mediumspringgreen mediumturquoise mediumvioletred
    midnightblue mintcream mistyrose moccasin navajowhite navy oldlace olive olivedrab orange orangered orchid
    palegoldenrod palegreen paleturquoise palevioletred papayawhip peachpuff peru pink plum powderblue purple
    rebeccapurple red rosybrown royalblue saddlebrown salmon sandybrown seagreen seashell sienna silver skyblue
    slateblue slategray slategrey snow springgreen steelblue tan teal thistle tomato turquoise violet wheat white
    whitesmoke yellow yellowgreen
"""
NAMES = frozenset(_LISTED.split())
HEX = re.compile("^#[0-9a-fA-F]{6}$")


def _colorize(run: Runtime, given: Given, paths: Paths) -> Paths:
    for path in paths:
        color = given.color
        if not color:
            yield path
            continue
        if color.lower() not in NAMES and not HEX.match(color):
            mesg = "Color must be a CSS4 color name or a six digit hex color code prefixed with a #."
            raise StormError("BadArg", mesg)
        path.display = {**(path.display or {}), "color": color}
        yield path


COLORIZE = Command(
    "colorize",
    "Tell with nodes in which color they are to be shown.",
    _colorize,
    (Option("color", "A name that CSS has, or # and six hex digits.", "str"),),
    readonly=True,
)
COMMANDS = (COLORIZE,)
