"""Ask a running server to put a seed pack into one of its worlds."""

import http
import json

from .healthcheck import NoAnswer, ask

# Making and storing a pack takes about a second.
TIMEOUT_S = 60.0


def problem_of(url: str, seed: str, world: str | None) -> str | None:
    """Why the pack is not in the world now, as one sentence, or None if it is. world: None for the default one."""
    body = json.dumps({"seed": seed, "world": world})
    try:
        status, text = ask(url, "POST", "/_deadringer/seeds", body, TIMEOUT_S)
        return None if status == http.HTTPStatus.OK else str(json.loads(text)["message"])
    except NoAnswer as error:
        return str(error)
    except (ValueError, KeyError, TypeError):
        return f"{url} answers {status}."
