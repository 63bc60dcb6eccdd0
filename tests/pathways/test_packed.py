"""What was installed once is loaded without being read again."""

import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import msgpack

from pathways.errors import DatabaseProblem
from pathways.packed import FORM, _Stored, pack, unpack
from pathways.reading import read
from tests.modules import ROOT
from tests.pathways.example import EXAMPLE

PATHWAY = read(EXAMPLE)


def test_a_pathway_comes_back_as_it_was() -> None:
    assert unpack(pack(PATHWAY)) == PATHWAY


def test_equal_pathways_are_packed_into_equal_bytes() -> None:
    assert pack(read(EXAMPLE)) == pack(PATHWAY)


@pytest.mark.parametrize("library", ["yaml", "pydantic", "cel_expr_python", "pathways.reading"])
def test_loading_a_stored_pathway_imports_nothing_that_reads_files(library: str, tmp_path: Path) -> None:
    stored = tmp_path / "stored"
    stored.write_bytes(pack(PATHWAY))
    program = (
        "import sys, pathlib\n"
        "from pathways.packed import unpack\n"
        f"print(unpack(pathlib.Path({str(stored)!r}).read_bytes()).name, {library!r} in sys.modules)"
    )

    said = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert said.stdout.split() == ["broken-wrist", "False"]


def test_what_is_no_pathway_is_refused() -> None:
    for content in (b"", b"\xff" * 40, pack(PATHWAY)[:-1], pack(PATHWAY) + b"x"):
        with pytest.raises(DatabaseProblem, match="install the pathway again from its file"):
            unpack(content)


def test_a_pathway_of_another_form_is_refused() -> None:
    stored = _Stored(FORM + 1, PATHWAY)

    with pytest.raises(DatabaseProblem, match="another version of carepath"):
        unpack(msgpack.encode(stored))


@given(st.integers(0, len(pack(PATHWAY)) - 1), st.integers(0, 255))
def test_a_damaged_pathway_is_refused_or_is_still_one(at: int, byte: int) -> None:
    damaged = bytearray(pack(PATHWAY))
    damaged[at] = byte
    with suppress(DatabaseProblem):
        assert unpack(bytes(damaged)).exits
