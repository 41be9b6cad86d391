"""The Cortex's errors and what they become in HTTP (reference 1.1, 15).

    Exception
    ├── CortexError                  {"status": "err", "code", "mesg"} with its HTTP status
    ├── Page                         the framework's HTML page: no such path, wrong method
    ├── NullBody                     a body that is null: the product answers 200 with nothing in it (reference 1.6)
    └── BadRequest                   a bare status line and nothing else: what the product's HTTP layer cannot read

Anything else is ours to mend: it is logged with its traceback, and the client gets the framework's 500 page.
"""

from aiohttp import web

from .jsonform import rest_json

JSON = "application/json; charset=UTF-8"
HTML = "text/html; charset=UTF-8"
REASONS = {404: "Not Found", 405: "Method Not Allowed", 500: "Internal Server Error"}
# What the framework calls itself, on paths that no handler serves.
SOFTWARE = "TornadoServer/6.6.1"


class CortexError(Exception):
    """A request that the Cortex refuses: the product's code and message."""

    def __init__(self, status: int, code: str, mesg: str) -> None:
        super().__init__(mesg)
        self.status = status
        self.code = code
        self.mesg = mesg


class Page(Exception):
    """One of the framework's HTML pages. `served`: whether the path is one that a handler serves."""

    def __init__(self, status: int, *, served: bool) -> None:
        super().__init__(f"{status}")
        self.status = status
        self.served = served


class NullBody(Exception):
    """The body of the request is null, where an object is looked for: 200 with nothing in it (reference 1.6)."""


class BadRequest(Exception):
    """Answered below HTTP's manners: a bare status line, and the connection closed (reference 1.6)."""


def no_login() -> CortexError:
    """Nobody is logged in; the reason is never told (reference 2.1)."""
    return CortexError(401, "NotAuthenticated", "The session is not logged in.")


def denied(mesg: str) -> CortexError:
    """The caller may not."""
    return CortexError(403, "AuthDeny", mesg)


def missing(what: str) -> CortexError:
    """Something of the product that this version of Dead Ringer lacks."""
    return CortexError(501, "NotImplemented", f"Dead Ringer does not implement {what} yet.")


def error_response(error: CortexError) -> web.Response:
    """The product's error envelope."""
    body = rest_json({"status": "err", "code": error.code, "mesg": error.mesg})
    response = web.Response(status=error.status, body=body, headers={"Content-Type": JSON})
    if error.status == 401:
        response.headers["Www-Authenticate"] = "Basic realm=synapse"
    return response


def page_response(page: Page) -> web.Response:
    """The framework's HTML page."""
    title = f"{page.status}: {REASONS[page.status]}"
    body = f"<html><title>{title}</title><body>{title}</body></html>".encode()
    response = web.Response(status=page.status, body=body, headers={"Content-Type": HTML})
    if not page.served:
        response.headers["Server"] = SOFTWARE
    return response
