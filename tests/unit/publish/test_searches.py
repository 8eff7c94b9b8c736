"""Saved searches as files: what is read, what is refused with which words, what is written."""

from __future__ import annotations

from pathlib import Path

import pytest

from orchestration.publish import searches
from orchestration.publish.searches import (
    SavedSearch,
    SearchError,
    read_search,
    read_searches,
    save_search,
    slug_of,
    validate_search,
)

GOOD = 'name: Small languages\nquery: speech "low resource" after:2026\n'


def test_written_by_hand(tmp_path: Path) -> None:
    (tmp_path / "small-languages.yml").write_text(GOOD + "order: newest\nlimit: 7\n")
    found = read_search(tmp_path / "small-languages.yml")
    assert found.slug == "small-languages"
    assert found.search == SavedSearch(
        name="Small languages", query='speech "low resource" after:2026', order="newest", limit=7
    )


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "needs at least the lines"),
        ("- a\n- b\n", "needs at least the lines"),
        ("name: [\n", "not YAML in line"),
        ("name: A\n", "query: Field required"),
        ("query: a\n", "name: Field required"),
        ("name: ''\nquery: a\n", "name: String should have at least 1 character"),
        ('name: "\\x01 "\nquery: a\n', "name: String should have at least 1 character"),
        ("name: A\nquery: autor:ada\n", "query: there is no field autor:"),
        ("name: A\nquery: '\"open'\n", "query: the quotation mark has no partner"),
        ("name: A\nquery: 5\n", "query: Input should be a valid string"),
        ("name: A\nquery: a\nlimit: 0\n", "limit: Input should be greater than or equal to 1"),
        ("name: A\nquery: a\nlimit: 1000\n", "limit: Input should be less than or equal to 200"),
        ("name: A\nquery: a\norder: best\n", "order: Input should be 'score', 'upvotes'"),
        ("name: A\nquery: a\ncolour: red\n", "colour: Extra inputs are not permitted"),
        ("name: !!python/object/apply:os.getcwd []\nquery: a\n", "not YAML in line 1"),
    ],
)
def test_refused_with_reason(tmp_path: Path, content: str, words: str) -> None:
    path = tmp_path / "mine.yml"
    path.write_text(content)
    with pytest.raises(SearchError) as refusal:
        read_search(path)
    assert str(refusal.value).startswith("mine.yml: ")
    assert words in str(refusal.value)


def test_one_bad_file_does_not_hide_its_neighbours(tmp_path: Path) -> None:
    (tmp_path / "good.yml").write_text(GOOD)
    (tmp_path / "twice.yml").write_text(GOOD)
    (tmp_path / "twice.yaml").write_text(GOOD)
    (tmp_path / "Bad Name.yml").write_text(GOOD)
    (tmp_path / "binary.yml").write_bytes(b"\xff\xfe\x00")
    found, problems = read_searches(tmp_path)
    assert [file.slug for file in found] == ["good", "twice"]
    assert len(problems) == 3
    assert any("Bad Name.yml: a file name is small letters" in problem for problem in problems)
    assert any("binary.yml: can't be read" in problem for problem in problems)
    assert any("remove one" in problem for problem in problems)
    assert read_searches(tmp_path / "nowhere") == ([], [])


def test_saving(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    search = validate_search("  Ünïcode & more  ", "topic:agents")
    assert save_search(tmp_path, search).slug == "unicode-more"
    assert read_search(tmp_path / "unicode-more.yml").search == search
    assert save_search(tmp_path, search).slug == "unicode-more"
    assert len(list(tmp_path.iterdir())) == 1
    with pytest.raises(SearchError, match="choose another name"):
        save_search(tmp_path, validate_search("unicode more", "something else"))
    (tmp_path / "by-hand.yaml").write_text(GOOD)
    with pytest.raises(SearchError, match="choose another name"):
        save_search(tmp_path, validate_search("By hand", "something else"))
    monkeypatch.setattr(searches, "MAX_SEARCHES", 2)
    with pytest.raises(SearchError, match="which is the most"):
        save_search(tmp_path, validate_search("one more", "x"))


@pytest.mark.parametrize("name", ["../../etc/passwd", "a/b", "C:\\x", "x" * 100, "日本 1"])
def test_a_name_never_leaves_the_folder(tmp_path: Path, name: str) -> None:
    file = save_search(tmp_path / "searches", SavedSearch(name=name, query=""))
    assert list(tmp_path.rglob("*.yml")) == [tmp_path / "searches" / f"{file.slug}.yml"]


def test_slugs() -> None:
    assert slug_of("GPT-4 & Friends") == "gpt-4-friends"
    with pytest.raises(SearchError, match="needs a letter"):
        slug_of("日本")
    with pytest.raises(SearchError, match="limit"):
        validate_search("a", "b", limit=0)
