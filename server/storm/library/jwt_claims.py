"""Whether the claims of a token are what somebody expects (RFC 7519, 4.1)."""

from __future__ import annotations

from typing import Any

from ..errors import StormError


def check_claims(
    header: dict[str, Any],
    payload: dict[str, Any],
    expected: dict[str, Any],
    needed: list[Any],
    typ: str | None,
    now: float,
    leeway: int,
    turned_off: set[str],
) -> None:
    """Raises StormError("BadArg") with the first thing that is wrong.

    expected: what `aud`, `iss` and `sub` may be, a text or a list. now, leeway: seconds. turned_off: claims not looked at.
    """
    for name in needed:
        if name not in payload:
            raise StormError("BadArg", f"JWT is missing required claim: {name}", claim=name)
    if typ is not None and header.get("typ") != typ:
        raise StormError("BadArg", f"JWT typ {header.get('typ')} does not match the expected typ {typ}.")
    if "exp" in payload and "exp" not in turned_off and now >= payload["exp"] + leeway:
        raise StormError("BadArg", "JWT has expired.")
    if "nbf" in payload and "nbf" not in turned_off and now < payload["nbf"] - leeway:
        raise StormError("BadArg", "JWT is not yet valid (nbf).")
    if "aud" in expected and "aud" not in turned_off:
        _check_audience(payload.get("aud"), _listed(expected["aud"]))
    for name in ("iss", "sub"):
        if name in expected and name not in turned_off and payload.get(name) not in _listed(expected[name]):
            raise StormError("BadArg", f"JWT {name} does not match the expected value.", claim=name)


def _check_audience(audience: Any, allowed: list[Any]) -> None:
    if not audience:
        raise StormError("BadArg", "JWT has no aud claim value to match the expected audience.")
    if not any(each in allowed for each in _listed(audience)):
        raise StormError("BadArg", "JWT aud does not match the expected audience.")


def _listed(valu: Any) -> list[Any]:
    return list(valu) if isinstance(valu, list | tuple) else [valu]
