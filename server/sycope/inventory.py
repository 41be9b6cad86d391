"""The inventory over HTTP: the additional fields of a device (reference: Inventory).

Devices are what the product discovers in the network; nothing is discovered here, so only seeds make them.
"""

from dataclasses import replace
from typing import Any
from urllib.parse import unquote

from aiohttp import web

from ...storage import devices
from ...storage.columns import shown
from ...storage.devices import Device
from ..call import Call
from . import bodies
from .choices import INVENTORY_BODY_BYTES
from .errors import Problem, SycopeError, invalid
from .state import Sycope


async def set_additional(call: Call, sycope: Sycope) -> web.Response:
    """`PUT /inventory/device/{id}/additional` with a flat object: replaces the additional fields; the device."""
    body = await bodies.receive(call, INVENTORY_BODY_BYTES)
    device = await sycope.services.workers.call(_set_additional, sycope, unquote(call.args[0]), body)
    return bodies.reply(described(device))


def described(device: Device) -> dict[str, Any]:
    """A device as clients see it, and as a row of the stream `assetDevices`."""
    return {
        "id": device.id,
        "name": device.name,
        "domainName": device.domain_name,
        "ip": device.ip,
        "description": device.description,
        "timestamp": device.timestamp_ms,
        "tags": device.tags,
        "additional": device.additional,
        "dnsRecords": device.dns_records,
    }


def _set_additional(sycope: Sycope, iden: str, body: bodies.Body) -> Device:
    wanted = bodies.parse(body)
    if not isinstance(wanted, dict):
        raise invalid([Problem("", "The body is no JSON object.")])
    problems = [
        Problem(name, f"{shown(value)} is neither a text, a number, a boolean nor null")
        for name, value in wanted.items()
        if isinstance(value, (list, dict))
    ]
    if problems:
        raise invalid(problems)
    with sycope.database.write() as connection:
        device = devices.get_in(connection, iden)
        if device is None:
            raise SycopeError(404, f"There is no device {iden}.")
        device = replace(device, additional=wanted)
        devices.put(connection, [device])
    return device
