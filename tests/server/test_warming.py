"""What a boot imports, and what is loaded behind once the server answers."""

import subprocess
import sys
from pathlib import Path

import pytest
from deadringer.server.model.source import ModelSource
from deadringer.server.warming import warming
from deadringer.server.workers import Background, Cancelled, Run

LANGUAGES = (
    "deadringer.server.model.model",
    "deadringer.server.storm.answers.query",
    "deadringer.server.storm.library.table",
    "deadringer.server.nql.plan",
)
BEHIND = LANGUAGES[:2]
# What our own code would bring along before anybody needs it.
LATE = (
    *LANGUAGES,
    "deadringer.storage.layers",
    "cryptography",
    "fastjsonschema",
    "yaml",
    "zipfile",
)


def test_a_server_imports_no_language_to_begin() -> None:
    code = f"import sys, deadringer.server.command; print(*(name for name in {LATE} if name in sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


def test_what_a_query_of_storm_needs_is_loaded_behind() -> None:
    models = ModelSource(None)
    background = Background()
    run = background.start(warming(models))
    assert run.join(60)
    assert run.error is None
    assert [name for name in BEHIND if name not in sys.modules] == []
    # The model is there: a second thread that asks for it gets the same.
    assert models.load() is models.load()
    background.close()


def test_nothing_is_loaded_once_the_server_stops() -> None:
    run = Run(None)
    run.cancel()
    # A model that could not be loaded: it is not tried.
    with pytest.raises(Cancelled):
        warming(ModelSource(Path("/nowhere/model.json")))(run)
