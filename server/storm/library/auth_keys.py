"""API keys of users in Storm (reference 2.5)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ....storage.accounts import ApiKey
from ... import apikeys
from ..errors import StormError
from ..runtime import Runtime
from ..values.convert import to_int, to_str
from .auth_gate import user_of
from .auth_rules import violated
from .stores import StormUser


def gen_key(run: Runtime, me: StormUser, name: Any, duration: Any = None) -> tuple[str, dict[str, Any]]:
    confirm(run, me)
    host, lasting = run.host, None if duration is None else to_int(duration)
    if lasting is not None and lasting < 1:
        raise StormError("BadArg", "Duration must be equal or greater than 1", name="duration")
    user = user_of(run, me.iden)
    text, key = apikeys.make(host.ids, host.clock, user, to_str(name), lasting, host.hash_password)
    host.accounts.put_key(key)
    return text, apikeys.info(key)


def list_keys(run: Runtime, me: StormUser) -> list[dict[str, Any]]:
    confirm(run, me)
    return [apikeys.info(key) for key in run.host.accounts.keys_of(me.iden)]


def get_key(run: Runtime, me: StormUser, iden: Any) -> dict[str, Any]:
    confirm(run, me)
    return apikeys.info(found(run, iden))


def mod_key(run: Runtime, me: StormUser, iden: Any, name: Any, valu: Any) -> dict[str, Any]:
    confirm(run, me)
    wanted = to_str(name)
    if wanted != "name":
        raise StormError("BadArg", f"Cannot set {wanted} on user API keys.", name=wanted)
    key = found(run, iden)
    if not isinstance(valu, str):
        raise violated("data.name", "must be string")
    changed = replace(key, name=valu, updated_ms=run.host.clock.now_ms())
    run.host.accounts.put_key(changed)
    return apikeys.info(changed)


def del_key(run: Runtime, me: StormUser, iden: Any) -> bool:
    confirm(run, me)
    run.host.accounts.drop_key(found(run, iden).iden)
    return True


def confirm(run: Runtime, me: StormUser) -> None:
    """Users may have keys of their own, for others one needs a permission. Raises StormError."""
    if me.iden == run.user.iden:
        run.confirm(("auth", "self", "set", "apikey"), default=True)
    else:
        run.confirm(("auth", "user", "set", "apikey"))


def found(run: Runtime, iden: Any) -> ApiKey:
    """The key of an iden, whoever has it, as in the product. Raises StormError."""
    text = to_str(iden)
    try:
        bytes.fromhex(text)
    except ValueError:
        raise StormError("Error", "Non-hexadecimal digit found") from None
    key = run.host.accounts.key(text)
    if key is None:
        raise StormError("NoSuchIden", f"User API key does not exist: {text}")
    return key
