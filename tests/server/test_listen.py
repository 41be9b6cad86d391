"""Ports: both families of localhost, one address, ports that are taken."""

import re
import socket

import pytest
from deadringer.server.listen import PortInUse, bind


def port_of(bound: list[socket.socket]) -> int:
    (port,) = {each.getsockname()[1] for each in bound}
    assert isinstance(port, int)
    return port


def close(bound: list[socket.socket]) -> None:
    for each in bound:
        each.close()


def test_localhost_is_both_families_on_one_port() -> None:
    bound = bind("localhost", 0)
    assert [each.getsockname()[0] for each in bound] == ["127.0.0.1", "::1"]
    for host in ("127.0.0.1", "::1"):
        socket.create_connection((host, port_of(bound))).close()
    close(bound)


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "0.0.0.0", "::"])
def test_an_address_is_that_address_alone(host: str) -> None:
    (bound,) = bind(host, 0)
    assert bound.getsockname()[0] == host
    bound.close()


def test_a_port_that_was_closed_may_be_taken_again_at_once() -> None:
    bound = bind("localhost", 0)
    port = port_of(bound)
    client = socket.create_connection(("127.0.0.1", port))
    accepted, _ = bound[0].accept()
    accepted.close()
    close(bound)
    close(bind("localhost", port))
    client.close()


@pytest.mark.parametrize("taken", ["127.0.0.1", "::1"])
def test_a_port_that_is_taken_in_one_family_is_in_use(taken: str) -> None:
    held = bind(taken, 0)
    port = port_of(held)
    with pytest.raises(PortInUse, match=rf"^Port {port} on {re.escape(taken)} is in use; .+\.$"):
        bind("localhost", port)
    # Nothing was kept of the attempt: the other family is free.
    close(bind("::1" if taken == "127.0.0.1" else "127.0.0.1", port))
    close(held)


@pytest.mark.parametrize("host", ["no.such.name.invalid", "203.0.113.1", "x" * 64 + ".example", "\udcff"])
def test_an_address_that_is_none_of_this_machine_is_refused(host: str) -> None:
    with pytest.raises(PortInUse, match=r"\.$"):
        bind(host, 0)
