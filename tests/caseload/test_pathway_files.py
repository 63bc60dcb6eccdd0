from hashlib import sha256
from pathlib import Path

import pytest

from caseload import pathway_files
from pathways.bundles import bundle, bundle_of
from pathways.errors import NotFound, PathwayRejected, Refused
from pathways.reading import read
from storage.connection import Database
from tests.caseload.clinic import KNEE, enrol, moment
from tests.storage.databases import everything

NOW = moment("2026-03-12 09:00")


def install(database: Database, content: str) -> pathway_files.Installed:
    return pathway_files.install(database, content.encode(), file="knee.yaml", by="ann", now=NOW)


def test_every_pathway_that_ships_can_be_installed(empty: Database) -> None:
    shipped = dict(pathway_files.library())
    assert shipped

    for file, content in shipped.items():
        made = pathway_files.install(empty, content, file=file, by="ann", now=NOW)
        assert made.fresh
        assert pathway_files.pathway(empty, made.pathway.name) == made.pathway


def test_the_same_file_again_changes_nothing_and_another_text_of_that_version_is_refused(
    database: Database,
) -> None:
    before = everything(database)

    assert not install(database, KNEE).fresh
    with pytest.raises(Refused, match="Version 1 of knee is installed with another text"):
        install(database, KNEE.replace("A swollen knee", "A sore knee"))

    assert everything(database) == before


def test_a_pathway_is_installed_with_its_parts_as_one_text(empty: Database, tmp_path: Path) -> None:
    part = "part: more\nsay: More reasons\nexits: [tired]\n"
    own = KNEE.replace("version: 1\n", "version: 7\nuse: more\n", 1)
    (tmp_path / "parts").mkdir()
    (tmp_path / "parts/more.yaml").write_text(part, encoding="utf-8")
    (tmp_path / "knee.yaml").write_text(own, encoding="utf-8")

    given = bundle_of(tmp_path / "knee.yaml")
    made = pathway_files.install(empty, given, file="knee.yaml", by="ann", now=NOW).pathway

    assert "tired" in made.exits
    text = pathway_files.text(empty, "knee")
    assert text == f"{own}---\n{part}"
    assert read(text) == made
    assert sha256(text.encode()).hexdigest() == made.digest


def test_what_ships_is_one_text_each_with_nothing_to_be_found_elsewhere() -> None:
    for file, content in pathway_files.library():
        given = bundle(content, file)

        assert given.text.encode() == content
        assert len(given.pieces) == 1


def test_line_ends_and_a_byte_order_mark_make_no_other_file(database: Database) -> None:
    assert not install(database, "\ufeff" + KNEE.replace("\n", "\r\n")).fresh


def test_the_newest_version_is_meant_unless_one_is_named(database: Database) -> None:
    enrol(database)
    second = KNEE.replace("version: 1", "version: 2").replace("A swollen knee", "A sore knee")
    install(database, second)

    assert [(row.name, row.version) for row in pathway_files.installed(database)] == [
        ("knee", 1),
        ("knee", 2),
    ]
    assert pathway_files.pathway(database, "knee").version == 2
    assert pathway_files.pathway(database, "knee", 1).title == "A swollen knee"
    assert pathway_files.text(database, "knee") == second
    assert enrol(database, "P-002").row.digest == pathway_files.pathway(database, "knee", 2).digest


def test_a_file_that_is_wrong_is_refused_with_all_its_problems_and_nothing_is_installed(
    empty: Database,
) -> None:
    before = everything(empty)

    with pytest.raises(PathwayRejected) as refused:
        install(empty, KNEE.replace("tier: stop", "tier: loud").replace("for: clinician", "for: nobody"))

    assert "knee.yaml:" in str(refused.value)
    assert "loud" in str(refused.value)
    assert everything(empty) == before


@pytest.mark.parametrize("typed", ["kne", "KNEE", "knees"])
def test_a_name_that_is_nearly_right_is_recognized(database: Database, typed: str) -> None:
    with pytest.raises(NotFound, match=rf"There is no pathway '{typed}' here. Did you mean 'knee'\? Inst"):
        pathway_files.pathway(database, typed)


def test_what_is_not_installed_is_not_found_and_what_is_here_is_named(database: Database) -> None:
    with pytest.raises(NotFound, match=r"There is no pathway 'hip' here. Installed: knee 1"):
        pathway_files.pathway(database, "hip")
    with pytest.raises(NotFound, match=r"There is no pathway 'knee' version 3 here"):
        pathway_files.text(database, "knee", 3)
