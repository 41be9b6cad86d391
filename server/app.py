"""The aiohttp application: one catch-all route into the front, and the headers that aiohttp would add of its own."""

from aiohttp import hdrs, web

from .control.state import Server
from .front import Front

# Of the header lines a client may send; cookies and keys may be long.
HEADER_BYTES = 64 * 1024


def build(server: Server) -> web.Application:
    """The application of one server."""
    # Bodies are bounded by each vendor's own limit, as each answers a body that is too large in its own way.
    app = web.Application(client_max_size=0)
    # Any path at all: a dot would leave out those with an encoded line break.
    app.router.add_route("*", r"/{path:[\s\S]*}", Front(server).handle)
    app.on_response_prepare.append(hide_software)
    return app


def runner(app: web.Application, stop_timeout_s: float) -> web.AppRunner:
    """What serves the application; a handler is cancelled when its client goes."""
    return web.AppRunner(
        app,
        handle_signals=False,
        access_log=None,
        handler_cancellation=True,
        # An upload is stored as it came, whatever Content-Encoding says, as the products do.
        auto_decompress=False,
        max_field_size=HEADER_BYTES,
        max_line_size=HEADER_BYTES,
        shutdown_timeout=stop_timeout_s,
    )


async def hide_software(request: web.Request, response: web.StreamResponse) -> None:
    """Neither product says that it runs on aiohttp; where one names its own software its handler has set the header."""
    if response.headers[hdrs.SERVER].startswith("Python/"):
        del response.headers[hdrs.SERVER]
