"""Files: `file:bytes`, `file:base`, `file:path`."""

import base64
import binascii
import hashlib
import re
from collections.abc import Callable, Mapping
from typing import Any, Protocol

from ..contract import Key, ModelError, Normed, Type
from .compare import COMMON, Predicate, predicate
from .text import as_text

_GUID = re.compile(r"[0-9a-f]{32}")


class Types(Protocol):
    """What `file:bytes` needs of a model: its type `guid`."""

    def type(self, name: str) -> Type: ...


class FileBytes:
    """The content of a file, known by its SHA-256 (`sha256:<hex>`) or by a guid (`guid:<hex>`) where that is unknown.

    From a SHA-256, bytes, `base64:`, `hex:`, `guid:`, a list or `*`; subs `sha256`, and `md5 sha1 sha512 size` of content.
    """

    def __init__(self, model: Types, name: str, opts: Mapping[str, Any]) -> None:
        self.name = name
        self.opts = opts
        self._model = model
        self._kinds: dict[str, Callable[[str], Normed]] = {
            "guid": self._of_guid,
            "sha256": self._of_sha256,
            "base64": self._of_base64,
            "hex": self._of_hex,
        }

    def norm(self, valu: Any) -> Normed:
        if isinstance(valu, bytes):
            return _of_content(valu)
        if isinstance(valu, list | tuple) or valu == "*":
            return Normed("guid:" + self._model.type("guid").norm(valu).valu)
        text = as_text(self.name, valu)
        kind, colon, rest = text.partition(":")
        if not colon:
            return self._of_bare(text)
        reader = self._kinds.get(kind)
        if reader is None:
            mesg = f"unable to norm as file:bytes - valu={text}"
            raise ModelError("BadTypeValu", mesg, name=self.name, valu=text, kind=kind, mesg=None)
        try:
            return reader(rest if kind == "base64" else rest.lower())
        except ModelError as error:
            # Of what is behind the colon; the whole is told beside the message.
            told = {"valu": text} if error.info.keys() & {"valu"} else {}
            raise ModelError(error.name, error.mesg, **{**error.info, **told}) from error.__cause__

    def repr(self, norm: Any) -> str:
        return str(norm)

    def key(self, norm: Any) -> Key:
        return str(norm)

    def compare(self, cmpr: str, valu: Any) -> Predicate:
        return predicate(self, COMMON, cmpr, valu)

    def _of_bare(self, text: str) -> Normed:
        if len(text) != 64:
            raise self._refuse("unadorned file:bytes value is not a sha256", text)
        sha256 = text.lower()
        self._decoded(binascii.unhexlify, text, "unadorned file:bytes")
        return Normed(f"sha256:{sha256}", {"sha256": sha256})

    def _of_sha256(self, text: str) -> Normed:
        if len(text) != 64:
            raise self._refuse("invalid length for sha256 value", text)
        self._decoded(binascii.unhexlify, text, "file:bytes sha256")
        return Normed(f"sha256:{text}", {"sha256": text})

    def _of_guid(self, text: str) -> Normed:
        if _GUID.fullmatch(text) is None:
            raise self._refuse("guid is not a guid", text)
        return Normed(f"guid:{text}")

    def _of_base64(self, text: str) -> Normed:
        return _of_content(self._decoded(base64.b64decode, text, "file:bytes base64"))

    def _of_hex(self, text: str) -> Normed:
        return _of_content(self._decoded(binascii.unhexlify, text, "file:bytes hex"))

    def _decoded(self, decode: Callable[[str], bytes], text: str, what: str) -> bytes:
        try:
            return decode(text)
        except binascii.Error as error:
            mesg = f"invalid {what} value: {error} - valu={text}"
            raise ModelError("BadTypeValu", mesg, valu=text, name=self.name) from error
        except ValueError as error:
            # Not ASCII: the product lets the interpreter's error through.
            raise ModelError("ValueError", str(error)) from error

    def _refuse(self, mesg: str, valu: str) -> ModelError:
        return ModelError("BadTypeValu", f"{mesg} - valu={valu}", name=self.name, valu=valu)


class FileBase:
    """The name of a file without its folder, in lower case; sub `ext`, what follows the last dot."""

    def __init__(self, model: Any, name: str, opts: Mapping[str, Any]) -> None:
        self.name = name
        self.opts = opts

    def norm(self, valu: Any) -> Normed:
        text = as_text(self.name, valu).strip().lower().replace("\\", "/")
        if "/" in text:
            raise ModelError("BadTypeValu", "file:base may not contain /", name=self.name, valu=text)
        _, dot, ext = text.rpartition(".")
        return Normed(text, {"ext": ext} if dot else {}, more={"subs": {}})

    def repr(self, norm: Any) -> str:
        return str(norm)

    def key(self, norm: Any) -> Key:
        return str(norm)

    def compare(self, cmpr: str, valu: Any) -> Predicate:
        return predicate(self, COMMON, cmpr, valu)


class FilePath:
    """A path in lower case with slashes, `.` and `..` resolved; subs `base`, `ext`, `dir`."""

    def __init__(self, model: Any, name: str, opts: Mapping[str, Any]) -> None:
        self.name = name
        self.opts = opts

    def norm(self, valu: Any) -> Normed:
        given = as_text(self.name, valu)
        text = given.strip().lower().replace("\\", "/")
        if not text:
            return Normed("")
        if text.strip("/") in (".", ".."):
            raise ModelError("BadTypeValu", "Cannot norm a bare relative path.", name=self.name, valu=text)
        parts: list[str] = []
        for part in text.split("/"):
            if part == "..":
                del parts[-1:]
            elif part not in ("", "."):
                parts.append(part)
        if not parts:
            return Normed("")
        base = parts[-1]
        root = "/" if given.startswith("/") else ""  # not after blanks, nor as a backslash
        subs = {"base": base}
        _, dot, ext = base.rpartition(".")
        if dot:
            subs["ext"] = ext
        if parts[:-1]:
            subs["dir"] = root + "/".join(parts[:-1])
        return Normed(root + "/".join(parts), subs)

    def repr(self, norm: Any) -> str:
        return str(norm)

    def key(self, norm: Any) -> Key:
        return str(norm)

    def compare(self, cmpr: str, valu: Any) -> Predicate:
        return predicate(self, COMMON, cmpr, valu)


def _of_content(content: bytes) -> Normed:
    sha256 = hashlib.sha256(content).hexdigest()
    subs = {
        "md5": hashlib.md5(content, usedforsecurity=False).hexdigest(),
        "sha1": hashlib.sha1(content, usedforsecurity=False).hexdigest(),
        "sha256": sha256,
        "sha512": hashlib.sha512(content).hexdigest(),
        "size": len(content),
    }
    return Normed(f"sha256:{sha256}", subs)
