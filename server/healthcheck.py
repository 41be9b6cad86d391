"""Ask a running server, with the standard library alone: whether it is ready, as a container does every few seconds."""

import contextlib
import http.client
import ssl
from urllib.parse import urlsplit

from .config import Config

TIMEOUT_S = 5.0
LOCAL = {"localhost": "127.0.0.1", "0.0.0.0": "127.0.0.1", "::": "::1"}


class NoAnswer(Exception):
    """Why a server could not be asked; the message is one sentence."""


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
        status, _ = ask(url, "GET", "/_deadringer/ready")
    except NoAnswer as error:
        return str(error)
    return None if status == http.HTTPStatus.OK else f"{url} is not ready: it answers {status}."


def ask(url: str, method: str, path: str, body: str | None = None, timeout_s: float = TIMEOUT_S) -> tuple[int, bytes]:
    """Status and body of a server's answer. url: its base URL. Raises NoAnswer."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise NoAnswer(f"{url} is no http or https URL.") from error
    if parts.scheme not in ("http", "https") or parts.hostname is None:
        raise NoAnswer(f"{url} is no http or https URL.")
    try:
        with contextlib.closing(_connection(parts.scheme, parts.hostname, port, timeout_s)) as connection:
            connection.request(method, path, body)
            answer = connection.getresponse()
            return answer.status, answer.read()
    except (OSError, UnicodeError, http.client.HTTPException) as error:
        raise NoAnswer(f"{url} does not answer: {error}.") from error


def _connection(scheme: str, host: str, port: int | None, timeout_s: float) -> http.client.HTTPConnection:
    if scheme == "http":
        return http.client.HTTPConnection(host, port, timeout=timeout_s)
    # Is it alive, not is it who it says: the certificate may be the user's own, for another name.
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return http.client.HTTPSConnection(host, port, timeout=timeout_s, context=context)
