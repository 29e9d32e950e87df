"""Cases saved from `/label`: in the eval's format, in their folder and nowhere else, never over another."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest

from answers import POSTING, answer_emptily
from eval.cases import load_cases
from eval.checking import check_cases
from extractor.serve.labelling import save_case, understand_case
from extractor.serve.problems import Problem

GOLD = {
    "posting": {"title": "Line Cook", "company": {"name": "Acme Kitchens"}, "skills": [], "language": "en"},
    "labelled": ["/title", "/company/name", "/skills", "/language"],
    "alternatives": {"title": ["Cook"]},
    "doubts": "None.",
    "evidence": {"/title": [{"start": 0, "end": 9, "quote": "Line Cook"}]},
}


def body(**changes: Any) -> bytes:
    """A case as the page sends it."""
    case = {"set": "labelled", "id": "cook-lyon", "posting": POSTING, "gold": GOLD, "today": "2026-03-02",
            "tags": ["en", 'a "quoted" tag'], "source": "canteen's page \\ board", "origin": "as received"}  # fmt: skip
    return json.dumps(case | changes).encode()


def save(folder: Path | None, **changes: Any) -> list[str]:
    """Save it; the new files."""
    return save_case(folder, understand_case(body(**changes))).files


def test_a_saved_case_is_one_that_the_eval_accepts(tmp_path: Path) -> None:
    """Posting, gold and what is told of them come back as sent."""
    assert save(tmp_path) == ["posting.txt", "gold.json", "case.toml"]
    [case] = load_cases(tmp_path)
    assert check_cases([case]) == []
    assert (case.id, case.text, case.gold.posting) == ("labelled/cook-lyon", POSTING, GOLD["posting"])
    assert case.tags == ("en", 'a "quoted" tag') and str(case.today) == "2026-03-02"
    assert json.loads((tmp_path / "labelled/cook-lyon/gold.json").read_text("utf-8")) == GOLD


def test_line_ends_stay_as_received(tmp_path: Path) -> None:
    """Offsets count them."""
    save(tmp_path, posting="Cook\r\nLyon\r\n")
    assert (tmp_path / "labelled/cook-lyon/posting.txt").read_bytes() == b"Cook\r\nLyon\r\n"


def test_no_case_is_replaced(tmp_path: Path) -> None:
    """A name that is taken is refused, and nothing is left behind."""
    save(tmp_path)
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(Problem, match="case_exists"):
        save(tmp_path, posting="Another")
    assert sorted(tmp_path.rglob("*")) == before
    assert load_cases(tmp_path)[0].text == POSTING


def test_a_second_labeller_labels_the_same_text(tmp_path: Path) -> None:
    """second.json beside gold.json, once, and only for the very posting."""
    with pytest.raises(Problem, match="not_found"):
        save(tmp_path, labeller="second")
    save(tmp_path)
    with pytest.raises(Problem, match="case_exists"):
        save(tmp_path, labeller="second", posting=POSTING + " ")
    assert save(tmp_path, labeller="second") == ["second.json"]
    with pytest.raises(Problem, match="case_exists"):
        save(tmp_path, labeller="second")


def test_without_a_folder_nothing_is_saved() -> None:
    """The page then offers the files for download."""
    with pytest.raises(Problem, match="not_found"):
        save(None)


@pytest.mark.parametrize(
    "name", ["..", "../up", "/etc", "a/b", "a\\b", "", ".hidden", "A", "a\n", "a\x00", "é", "a" * 81]
)
@pytest.mark.parametrize("key", ["set", "id"])
def test_no_path_comes_from_a_request(key: str, name: str) -> None:
    """Names are of small letters, digits, - and _."""
    with pytest.raises(Problem, match="invalid_request"):
        understand_case(body(**{key: name}))


@pytest.mark.parametrize(
    "changes",
    [
        {"form": "../txt"},
        {"posting": ""},
        {"split": "train"},
        {"today": "yesterday"},
        {"source": "two\nlines"},
        {"file": "x"},
        {"gold": {"posting": {"titel": "Cook"}}},
        {"gold": {"posting": {"compensation": [{"min": -1}]}}},
        {"gold": {"posting": {}, "labelled": ["/titel"]}},
        {"gold": {"posting": {}, "alternatives": {"seniority": ["boss"]}}},
        {"gold": {}},
    ],
)
def test_what_is_no_case_is_refused(changes: dict[str, Any]) -> None:
    """The problem says where it is wrong, and repeats nothing that was sent."""
    with pytest.raises(Problem, match="invalid_request") as raised:
        understand_case(body(**changes))
    assert "boss" not in json.dumps(raised.value.document)


def test_bodies_that_are_no_json_are_refused() -> None:
    """Whatever they are."""
    for sent in (b"", b"\xff", b"[]", b"null", b"[" * 100_000):
        with pytest.raises(Problem, match="invalid_request"):
            understand_case(sent)


def test_the_route_saves(launching: Callable[..., AbstractContextManager[Any]], tmp_path: Path) -> None:
    """Over HTTP: 201 and the files; a name that is taken is 409; other media types are 415."""
    with launching(tmp_path, answer_emptily) as launcher:
        client = launcher(label_dir=tmp_path / "cases").client
        json_type = {"Content-Type": "application/json"}
        answers = [client.post("/label/cases", content=body(), headers=json_type) for _ in range(2)]
        assert [answer.status_code for answer in answers] == [201, 409]
        assert answers[0].json() == {
            "case": "labelled/cook-lyon",
            "files": ["posting.txt", "gold.json", "case.toml"],
        }
        assert (
            client.post("/label/cases", content=body(), headers={"Content-Type": "text/plain"}).status_code
            == 415
        )
        assert client.post("/label/cases", content=body(id="../up"), headers=json_type).status_code == 422
    assert [path.name for path in (tmp_path / "cases").iterdir()] == ["labelled"]
