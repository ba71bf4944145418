from __future__ import annotations

import os
import signal
import socket

import pytest

from qa import serving
from qa.errors import ConfigurationError
from qa.settings import Settings


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_port_that_another_program_listens_on_is_refused_with_what_to_do() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(ConfigurationError, match=f"Port {port} of 127.0.0.1 is in use.*--port"):
            serving.bind(Settings(port=port))


@pytest.mark.parametrize("host", ["192.0.2.1", "no-such-host.invalid"])
def test_host_that_is_no_address_of_this_machine_is_refused(host: str) -> None:
    with pytest.raises(ConfigurationError, match=f"QA_HOST '{host}' is no address of this machine"):
        serving.bind(Settings(host=host, api_keys="k", port=free_port()))


def test_port_is_taken_but_nobody_is_kept_waiting_on_it() -> None:
    port = free_port()
    with serving.bind(Settings(port=port)), pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), timeout=5)


def test_sigterm_leaves_with_zero_and_a_second_one_cannot_interrupt() -> None:
    before = signal.getsignal(signal.SIGTERM)
    try:
        serving.end_cleanly_on_sigterm()
        with pytest.raises(SystemExit) as caught:
            os.kill(os.getpid(), signal.SIGTERM)
        assert caught.value.code == 0
        os.kill(os.getpid(), signal.SIGTERM)
    finally:
        signal.signal(signal.SIGTERM, before)
