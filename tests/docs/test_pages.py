"""What holds for every page: links lead somewhere, lines hold one sentence, things have one name."""

import re
from collections.abc import Iterator
from functools import cache
from posixpath import normpath

import click
import pytest

from cli.main import SECTIONS, carepath
from tests.docs.prose import CODE, anchors_of, blocks_of, lines_of, pages, prose_of, text_of, where
from tests.modules import ROOT

LINK = re.compile(r"\[[^\]]*\]\((?P<target>[^)\s]+)\)")
ELSEWHERE = re.compile(r"https?:|mailto:")
# A full stop within a line, with a capital after it, is nearly always a second sentence.
TWO_SENTENCES = re.compile(r"[\w`)\"'*][.!?][)\"'*]* +[\"'(*`]*[A-Z]")
# At the start of a line a word in bold is its heading.
LABEL = re.compile(r"^\s*\*\*[^*]+\*\* ?")
ABBREVIATION = re.compile(r"\b(?:Dr|Mr|Ms|St|vs|No)\. ")
# Tables of stories say several things in one row; a point of a list may be a few sentences.
STORIES = ".stories.md"
PATHWAYS = "docs/reference/pathways"
POINT = re.compile(r"\s*(?:[-*]|\d+\.) ")
# What people say elsewhere for what has a name here, by that name.
OTHER_WORDS = {
    "prompt": r"task|alert|ticket|to-do|todo",
    "reminder": r"notification",
    "pathway": r"workflow|care plan",
    "history": r"audit trail|audit log",
    "worklist": r"inbox|dashboard|work queue",
    "coordinator": r"case manager|navigator",
}
# In the middle of a sentence, or in a block for a shell.
TYPED = re.compile(r"`carepath (?P<words>[a-z][^`]*)`")
IN_A_SHELL = re.compile(r"(?:^|bin/)carepath (?P<words>[a-z].*)$", re.MULTILINE)


def links_of(page: str) -> Iterator[tuple[int, str]]:
    for number, line in lines_of(text_of(page)):
        for found in LINK.finditer(CODE.sub("", line)):
            yield number, found["target"]


def dead(page: str, target: str) -> bool:
    """Say whether a link leads to a file that is not there, or to a heading that the page has not."""
    if ELSEWHERE.match(target):
        return False
    path, _, anchor = target.partition("#")
    aim = normpath(f"{page}/../{path}") if path else page
    if not (ROOT / aim).exists():
        return True
    return bool(anchor) and anchor not in anchors_of(text_of(aim))


@pytest.mark.parametrize("page", pages())
def test_every_link_leads_somewhere(page: str) -> None:
    assert not [f"{where(page, number)} {target}" for number, target in links_of(page) if dead(page, target)]


@pytest.mark.parametrize("page", [page for page in pages() if not page.endswith(STORIES)])
def test_a_line_of_prose_holds_one_sentence(page: str) -> None:
    crowded = [
        f"{where(page, number)} {line}" for number, line in prose_of(text_of(page)) if crowded_line(line)
    ]

    assert not crowded


def crowded_line(line: str) -> bool:
    if POINT.match(line):
        return False
    return TWO_SENTENCES.search(ABBREVIATION.sub("", LABEL.sub("", line))) is not None


# What pathways say of themselves, and of what others have written, is in their own words.
@pytest.mark.parametrize("page", [page for page in pages() if not page.startswith(PATHWAYS)])
def test_a_thing_is_called_by_its_own_name(page: str) -> None:
    strange = [
        f"{where(page, number)} {found[0]}: say {word}"
        for number, line in lines_of(text_of(page))
        for word, others in OTHER_WORDS.items()
        for found in re.finditer(rf"(?<![\w-])(?:{others})s?(?![\w-])", CODE.sub("", line), re.IGNORECASE)
    ]

    assert not strange


def test_every_page_is_in_the_index() -> None:
    index = {normpath(f"docs/{target.partition('#')[0]}") for _, target in links_of("docs/README.md")}
    decisions = "docs/adr/"
    index |= {normpath(f"{PATHWAYS}/{target}") for _, target in links_of(f"{PATHWAYS}/README.md")}
    missing = [
        page
        for page in pages()
        if page.startswith("docs/") and page not in index and not page.startswith(decisions)
    ]

    assert missing == ["docs/README.md"]


def test_every_page_begins_with_its_one_title() -> None:
    titles = {
        page: [line for _, line in lines_of(text_of(page)) if line.startswith("# ")] for page in pages()
    }

    assert not {
        page: found for page, found in titles.items() if len(found) != 1 or not text_of(page).startswith("# ")
    }


def glossary() -> list[str]:
    rows = (line for line in text_of("docs/glossary.md").splitlines() if line.startswith("| "))
    words = [row.split("|")[1].strip() for row in rows]
    return [word for word in words if word not in {"word", "---"}]


def test_every_word_of_the_glossary_is_used() -> None:
    used = "\n".join([*(text_of(page) for page in pages() if page != "docs/glossary.md"), *helps()])

    assert not [word for word in glossary() if not re.search(rf"\b{word}", used, re.IGNORECASE)]


def helps() -> Iterator[str]:
    """Give what every command says of itself."""
    for command in commands().values():
        yield command.help or ""


@cache
def commands() -> dict[str, click.Command]:
    """Return every command by the words with which it is called."""
    context = click.Context(carepath)
    found: dict[str, click.Command] = {}
    for name in (name for names in SECTIONS.values() for name in names):
        command = carepath.get_command(context, name)
        assert command is not None, name
        found |= within(name, command)
    return found


def within(name: str, command: click.Command) -> dict[str, click.Command]:
    """Return a command and, of a group, all that are in it."""
    found = {name: command}
    if isinstance(command, click.Group):
        for each, sub in command.commands.items():
            found |= within(f"{name} {each}", sub)
    return found


@pytest.mark.parametrize("page", pages())
def test_a_page_names_only_commands_that_exist(page: str) -> None:
    text = text_of(page)
    typed = [*TYPED.finditer(text), *IN_A_SHELL.finditer("\n".join(blocks_of(text, "sh")))]

    assert not [found["words"] for found in typed if not exists(found["words"].split())]


def exists(words: list[str]) -> bool:
    known = commands()
    command = next((known[name] for length in (3, 2, 1) if (name := " ".join(words[:length])) in known), None)
    if command is None:
        return False
    options = {option for each in command.params for option in each.opts} | {"--help"}
    return all(word.partition("=")[0] in options for word in words if re.match(r"--\w", word))


def test_every_command_is_played_or_shown_in_a_page() -> None:
    told = "\n".join(text_of(page) for page in pages() if not page.startswith("docs/reference/"))
    leaves = [name for name, command in commands().items() if not isinstance(command, click.Group)]

    assert not [name for name in leaves if f"carepath {name}" not in told]


@pytest.mark.parametrize(
    ("line", "crowded"),
    [
        ("It is one. It is two.", True),
        ("It is one! And two.", True),
        ("Say `fact=value`. Then go on.", True),
        ("**Once.** It is one.", False),
        ("**Once.** It is one. It is two.", True),
        ("- It is one. It is two.", False),
        ("Dr. Cole assesses her, see 2.3 and R10.", False),
        ("It ends with `...`", False),
    ],
)
def test_two_sentences_on_a_line_are_noticed(line: str, crowded: bool) -> None:
    assert [crowded_line(text) for _, text in prose_of(line)] == [crowded]
