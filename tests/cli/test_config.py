"""What `carepath config show` says of each value, and where it comes from."""

import json
from itertools import product

import pytest

from storage.filesystems import shown
from tests.cli.conftest import Desk
from tests.cli.test_configuration import configure

# Where the file is, and who said so.
pytestmark = pytest.mark.only("sqlite")

NOTHING: dict[str, str | None] = {"CAREPATH_DATABASE": None, "CAREPATH_BY": None}


def values(desk: Desk, line: str = "config show", /, **environment: str | None) -> dict[str, tuple[str, str]]:
    answer = desk(f"{line} --json", **environment)
    assert answer.code == 0, answer
    return {each["name"]: (each["value"], each["origin"]) for each in json.loads(answer.out)["values"]}


def test_each_value_says_where_it_comes_from(desk: Desk) -> None:
    configure(desk, 'by = "carla"\nevery = 30\nmetrics-port = 9464\n')

    found = values(desk, "config show --every 15", CAREPATH_BY=None, CAREPATH_LOG_FORMAT="json")

    assert found == {
        "database": (shown(desk.database), "environment"),
        "by": ("carla", "file"),
        "every": ("15", "flag"),
        "log-format": ("json", "environment"),
        "metrics-port": ("9464", "file"),
    }


def test_without_a_word_everything_is_built_in_and_nobody_is_writing(desk: Desk) -> None:
    found = values(desk, "config show", **NOTHING)

    assert {origin for _, origin in found.values()} == {"default"}
    assert found["by"] == ("", "default")
    assert found["every"] == ("60", "default")
    assert "(there is none)" in desk.done("config show")


@pytest.mark.parametrize(
    "text",
    [
        "every = 0\n",
        'every = "30"\n',
        "every = true\n",
        "every = nan\n",
        "metrics-port = 70000\n",
        "metrics-port = 1.5\n",
        'log-format = "xml"\n',
        'log_format = "json"\n',
    ],
)
def test_a_wrong_value_in_the_file_is_one_sentence_that_says_what_is_possible(desk: Desk, text: str) -> None:
    configure(desk, text)

    said = desk.refused("config show", 2)

    assert said.count("\n") == 1
    assert text.partition(" ")[0] in said


def test_a_wrong_value_in_the_environment_is_one_sentence(desk: Desk) -> None:
    answer = desk("config show", CAREPATH_EVERY="often")

    assert (answer.code, answer.err.count("\n")) == (2, 1)
    assert "CAREPATH_EVERY" in answer.err


def test_a_service_may_name_its_own_file_and_a_misspelt_name_is_refused(desk: Desk) -> None:
    own = desk.folder / "site.toml"
    own.write_text('by = "clock"\n')

    assert values(desk, "config show", CAREPATH_CONFIG=str(own), **NOTHING)["by"] == ("clock", "file")

    answer = desk("config show", CAREPATH_CONFIG=str(desk.folder / "sitte.toml"))
    assert answer.code == 2
    assert "named by CAREPATH_CONFIG and is not there" in answer.err


def test_a_password_is_never_shown(desk: Desk) -> None:
    for url in ("postgresql://anna:hidden@db/care", "postgresql://db/care?user=anna&password=hidden"):
        for line in ("config show", "config show --json"):
            answer = desk(line, CAREPATH_DATABASE=url)
            assert answer.code == 0
            assert "hidden" not in answer.out
            assert "db/care" in answer.out


FOREIGN = (
    "postgresql+psycopg://anna:hidden@db/care",
    "mysql://anna:hidden@db/care",
    "POSTGRESQL://db/care?password=hidden",
    "file:///srv/care.db?key=hidden",
    "host=db password=hidden dbname=care",
)


@pytest.mark.parametrize(
    "line", ["today", "show P-1", "doctor", "doctor --json", "config show", "note P-1 x"]
)
def test_an_address_of_another_kind_is_refused_without_its_password(desk: Desk, line: str) -> None:
    for url, typed in product(FOREIGN, (True, False)):
        answer = desk(f"{line} --database '{url}'") if typed else desk(line, CAREPATH_DATABASE=url)
        assert answer.code == 2
        assert answer.err.count("\n") == 1
        assert "postgresql://user@host/name" in answer.err
        assert "hidden" not in answer.out + answer.err


def test_an_address_where_a_file_is_wanted_is_refused_without_its_password(desk: Desk) -> None:
    for url in (*FOREIGN, "postgresql://anna:hidden@db/care"):
        answer = desk(f"restore '{url}'")
        assert answer.code == 2
        assert "hidden" not in answer.out + answer.err
        assert "is an address: name a file by its path" in answer.err


@pytest.mark.parametrize(
    "text",
    [
        *(f'database = "{url}"\n' for url in FOREIGN),
        *(f'databse = "{url}"\n' for url in FOREIGN),
        'database = ["postgresql://anna:hidden@db/care"]\n',
        'databse = {url = "postgresql://anna:hidden@db/care"}\n',
        'by = ["mysql://anna:hidden@db/care"]\n',
    ],
)
def test_a_wrong_value_of_the_file_is_refused_without_a_password_in_it(desk: Desk, text: str) -> None:
    configure(desk, text)

    for line in ("today", "doctor", "doctor --json", "config show"):
        answer = desk(line, **NOTHING)
        assert answer.code == (9 if "doctor" in line else 2)
        assert "hidden" not in answer.out + answer.err
