"""Deprecated forms and props that are locked: no edit may make use of them any more.

Which are locked is part of the record of the default view, so that it lasts; two props are from the start.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ..errors import StormError
from ..host import Host

if TYPE_CHECKING:
    from ..runtime import Runtime
    from .plans import FormPlan, PropPlan

KEY = "deprecated:locks"
LOCKED_FIRST = {"crypto:currency:transaction:inputs": True, "crypto:currency:transaction:outputs": True}


def locks(host: Host) -> dict[str, bool]:
    """What was locked or unlocked, by full name of the form or prop."""
    view = host.graph.view(host.view)
    stored = {} if view is None else view.info.get(KEY, {})
    return LOCKED_FIRST | stored


def set_lock(host: Host, name: str, locked: bool) -> None:
    """Lock or unlock a form or prop."""
    view = host.graph.view(host.view)
    assert view is not None
    stored = view.info.get(KEY, {})
    host.graph.put_view(replace(view, info={**view.info, KEY: {**stored, name: locked}}))


def check_form(run: Runtime, form: FormPlan, valu: Any) -> None:
    """Raises StormError("IsDeprLocked") for a form that no node may be made of any more."""
    if form.form.deprecated and locks(run.host).get(form.name):
        mesg = f"Form {form.name} is locked due to deprecation for valu={valu!r}."
        raise StormError("IsDeprLocked", mesg, prop=form.name)


def check_prop(run: Runtime, plan: PropPlan) -> None:
    """Raises StormError("IsDeprLocked") for a prop that may not be set any more."""
    if plan.deprecated and locks(run.host).get(plan.prop.full):
        mesg = f"Prop {plan.prop.full} is locked due to deprecation."
        raise StormError("IsDeprLocked", mesg, prop=plan.prop.full)
