"""The release of the product that is stood in for (reference 4)."""

VERSION = (2, 250, 0)
VERSTRING = ".".join(map(str, VERSION))
COMMIT = "513524166d57d086cf619be715fc9ded6a7c7a54"
