"""`deadringer serve` as a process of its own, for tests that need one."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from types import TracebackType

from deadringer.server.command import READY_LINE

LONG_S = 60.0
FREE_PORTS = ("--port", "0", "--http-port", "0")
COMMAND = (sys.executable, "-m", "deadringer.server")


def environment() -> dict[str, str]:
    """That of the tests, without options of the developer's own."""
    return {name: value for name, value in os.environ.items() if not name.startswith("DEADRINGER_")}


def refusal(folder: Path, *arguments: str) -> str:
    """Run a server that must not start; gives its one sentence."""
    done = subprocess.run(
        [*COMMAND, "serve", *arguments],
        cwd=folder,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=LONG_S,
        check=False,
    )
    assert done.returncode == 1, done
    assert done.stdout == ""
    (line,) = done.stderr.splitlines()
    assert line.startswith("deadringer: ")
    assert line.endswith(".")
    return line.removeprefix("deadringer: ")


class Served:
    """A server that says that it is ready; killed at the end of its block if it still runs.

    folder: where it runs, and where its URL file and its log are. arguments: of `serve`.
    """

    def __init__(self, folder: Path, *arguments: str) -> None:
        self.url_file = folder / "urls.json"
        self.log = folder / "log"
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [*COMMAND, "serve", *FREE_PORTS, "--url-file", str(self.url_file), *arguments],
                cwd=folder,
                env=environment(),
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        assert self.process.stdout is not None
        self.welcome: list[str] = []
        for line in self.process.stdout:
            self.welcome.append(line.rstrip("\n"))
            if self.welcome[-1] == READY_LINE:
                break
        else:
            raise AssertionError(f"It ended with {self.process.wait()}: {self.log.read_text()}")
        self.urls: dict[str, str] = json.loads(self.url_file.read_text())

    @property
    def url(self) -> str:
        """Its plain base URL."""
        return self.urls["http"]

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Send a signal; gives the exit code."""
        self.process.send_signal(number)
        return self.process.wait(LONG_S)

    def __enter__(self) -> "Served":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.process.kill()
        self.process.wait(LONG_S)
        assert self.process.stdout is not None
        self.process.stdout.close()
