"""What the query of an Extended HTTP API sends, made into an answer part by part (reference 11.3, 11.4). Knows no Storm."""

from __future__ import annotations

import http.client
import re
from typing import Any

from aiohttp import hdrs, web
from multidict import CIMultiDict

from ..call import begin, cut
from .chunks import Chunks
from .errors import HTML, CortexError
from .visit import Visit

CODE, HEADERS, BODY = "http:resp:code", "http:resp:headers", "http:resp:body"
UNSAFE = re.compile(r"[\x00-\x1f]")

# A kind and what comes with it: ("http:resp:code", {"code": 200}).
Sent = tuple[str, dict[str, Any]]


def fatal(iden: str, code: str, why: str) -> CortexError:
    """What stops an answer beside its query."""
    return CortexError(500, code, f"Extended HTTP API {iden} encountered fatal error: {why}")


class Reply:
    """One answer on its way. iden: of the definition, for errors. begun: whether its head is out, and it stays as it is."""

    def __init__(self, visit: Visit, iden: str) -> None:
        self._visit = visit
        self._iden = iden
        self._status: int | None = None
        self._headers: CIMultiDict[str] = CIMultiDict()
        self._response: web.StreamResponse | None = None
        self._chunks: Chunks | None = None
        self._sent = 0

    @property
    def begun(self) -> bool:
        """Whether its head is out, and errors can no longer be told."""
        return self._chunks is not None

    async def take(self, batch: list[Sent]) -> None:
        """Take what was sent, in order; each part of a body becomes a chunk. Raises CortexError, TimeoutError."""
        parts: list[bytes] = []
        for kind, info in batch:
            if kind == BODY:
                if self._chunks is None:
                    await self._begin()
                if info["body"]:
                    parts.append(info["body"])
            elif self._chunks is None:
                self._note(kind, info)
        if parts and self._chunks is not None and not self._bodiless():
            await self._chunks.write(parts)
            self._sent += sum(map(len, parts))

    async def finish(self) -> web.StreamResponse:
        """End it. Raises CortexError where nothing was sent."""
        if self._status is None:
            raise CortexError(500, "StormRuntimeError", f"Extended HTTP API {self._iden} never set status code.")
        if self._chunks is None and self._visit.request.method == "HEAD" and hdrs.CONTENT_LENGTH in self._headers:
            await self._begin()
        if self._chunks is None or self._response is None:
            self._headers.popall(hdrs.CONTENT_LENGTH, None)
            response = web.Response(headers=self._headers)
            if self._visit.request.method == "HEAD":
                response.headers[hdrs.CONTENT_LENGTH] = "0"
            self._describe(response)
            return response
        declared = self._response.headers.get(hdrs.CONTENT_LENGTH)
        if declared is not None and self._sent < int(declared) and not self._bodiless():
            return cut(self._visit.call)
        await self._chunks.end()
        await self._response.write_eof()
        return self._response

    def _note(self, kind: str, info: dict[str, Any]) -> None:
        if kind == CODE:
            self._status = info["code"]
            return
        for name, valu in info["headers"].items():
            self._header(str(name), valu)

    def _header(self, name: str, valu: Any) -> None:
        if isinstance(valu, list | tuple) and len(valu) == 1:
            valu = valu[0]
            text = None
        else:
            text = valu.decode("latin-1") if isinstance(valu, bytes) else str(valu) if type(valu) in TEXTS else None
        if text is None:
            raise fatal(self._iden, "TypeError", f"Unsupported header value {valu!r}")
        if UNSAFE.search(name) or UNSAFE.search(text):
            raise fatal(self._iden, "ValueError", f"Unsafe header value {valu!r}")
        if name.lower() == "content-length" and not text.isdecimal():
            raise fatal(self._iden, "ValueError", f"Unsupported Content-Length {valu!r}")
        # How the body is framed is for us to say.
        if name.lower() != "transfer-encoding":
            self._headers["-".join(part.capitalize() for part in name.split("-"))] = text

    async def _begin(self) -> None:
        if self._status is None:
            mesg = f"Extended HTTP API {self._iden} must set status code before sending body."
            raise CortexError(500, "StormRuntimeError", mesg)
        self._response = web.StreamResponse(headers=self._headers)
        self._describe(self._response)
        writer = await begin(self._visit.call, self._response)
        self._chunks = Chunks(writer, self._visit.cortex.services.config.write_timeout_s)

    def _describe(self, response: web.StreamResponse) -> None:
        """Set its status, and the type that bodies have unless the query says otherwise."""
        assert self._status is not None
        response.set_status(self._status, http.client.responses.get(self._status, "Unknown"))
        if not _empty(self._status):
            response.headers.setdefault(hdrs.CONTENT_TYPE, HTML)
        if response.headers.get(hdrs.CONNECTION, "").lower() == "close":
            response.force_close()

    def _bodiless(self) -> bool:
        return self._visit.request.method == "HEAD" or _empty(self._status or 0)


TEXTS = {str, int, bool}


def _empty(status: int) -> bool:
    """Whether answers of a status have no body."""
    return status in (204, 304) or 100 <= status < 200
