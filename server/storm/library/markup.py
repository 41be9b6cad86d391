"""`$lib.xml` and `$lib.mime.html`: elements of XML, and the text of pages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any
from xml.etree import ElementTree

from ..errors import StormError
from ..runtime import Runtime
from ..surface import Kind, Library, local
from ..values.convert import to_bool, to_str


@dataclass(frozen=True, slots=True, eq=False)
class Element:
    """An element of XML."""

    of: ElementTree.Element


def parse(run: Runtime, me: Any, valu: Any) -> Element:
    try:
        return Element(ElementTree.fromstring(to_str(valu)))
    except ElementTree.ParseError as error:
        raise StormError("BadArg", f"Invalid XML text: {error}") from error


def find(run: Runtime, me: Element, name: Any, nested: Any = True) -> Iterator[Element]:
    text = to_str(name)
    found = me.of.iter(text) if to_bool(nested) else iter(me.of.findall(text))
    return (Element(each) for each in found)


def get(run: Runtime, me: Element, name: Any) -> Element | None:
    found = me.of.find(to_str(name))
    return None if found is None else Element(found)


XML = Library(
    "lib.xml",
    "XML.",
    (local("parse(valu: str) -> xml:element", parse, "The root element of a text."),),
)

ELEMENT = Kind(
    "xml:element",
    "XmlElement",
    Element,
    "An element of XML; a for goes over the elements in it.",
    (
        local("attrs: dict", lambda run, me: dict(me.of.attrib), "Its attributes."),
        local("find(name: str, nested: boolean = true) -> generator", find, "The elements of a name in it."),
        local("get(name: str) -> xml:element", get, "The first element of a name right in it."),
        local("name: str", lambda run, me: me.of.tag, "Its name; with a namespace, that in braces before it."),
        local("text: str", lambda run, me: me.of.text, "The text before its first element."),
    ),
    iterate=lambda run, me: (Element(each) for each in me.of),
)


class _Texts(HTMLParser):
    """Gathers the pieces of text of a page."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self.open = False

    def handle_data(self, data: str) -> None:
        # A stray `<` parts a text for the parser, but not for a reader.
        if self.open:
            self.pieces[-1] += data
        else:
            self.pieces.append(data)
        self.open = True

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open = False

    def handle_endtag(self, tag: str) -> None:
        self.open = False

    def handle_comment(self, data: str) -> None:
        self.open = False


def totext(run: Runtime, me: Any, html: Any, separator: Any = "\n", strip: Any = True) -> str:
    texts = _Texts()
    texts.feed(to_str(html))
    texts.close()
    pieces = [piece.strip() for piece in texts.pieces] if to_bool(strip) else texts.pieces
    return ("" if separator is None else to_str(separator)).join(piece for piece in pieces if piece)


HTML = Library(
    "lib.mime.html",
    "HTML.",
    (local('totext(html: str, separator: str = "\\n", strip: boolean = true) -> str', totext, "The text of a page."),),
)

LIBRARIES = (XML, HTML)
KINDS = (ELEMENT,)
