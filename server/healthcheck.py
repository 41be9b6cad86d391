"""Ask a running server whether it is ready, with the standard library alone: a container does so every few seconds."""

import contextlib
import http.client
import ssl
from urllib.parse import urlsplit

from .config import Config

TIMEOUT_S = 5.0
LOCAL = {"localhost": "127.0.0.1", "0.0.0.0": "127.0.0.1", "::": "::1"}


def base_url(config: Config) -> str:
    """Where a server with this configuration listens on this machine."""
    host = LOCAL.get(config.host, config.host)
    if ":" in host:
        host = f"[{host}]"
    if config.http:
        return f"http://{host}:{config.http_port}"
    return f"https://{host}:{config.port}"


def problem_of(url: str) -> str | None:
    """Why the server is not ready, as one sentence, or None if it is."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return f"{url} is no http or https URL."
    if parts.scheme not in ("http", "https") or parts.hostname is None:
        return f"{url} is no http or https URL."
    try:
        with contextlib.closing(_connection(parts.scheme, parts.hostname, port)) as connection:
            connection.request("GET", "/_deadringer/ready")
            status = connection.getresponse().status
    except (OSError, UnicodeError, http.client.HTTPException) as error:
        return f"{url} does not answer: {error}."
    return None if status == http.HTTPStatus.OK else f"{url} is not ready: it answers {status}."


def _connection(scheme: str, host: str, port: int | None) -> http.client.HTTPConnection:
    if scheme == "http":
        return http.client.HTTPConnection(host, port, timeout=TIMEOUT_S)
    # Is it alive, not is it who it says: the certificate may be the user's own, for another name.
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return http.client.HTTPSConnection(host, port, timeout=TIMEOUT_S, context=context)
