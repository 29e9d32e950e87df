"""Near duplicates among the results: the same job, advertised on several sites.

What a page's frame, advertisements and legal text are does not count: compared are the posting's own
sentences as they were extracted (duties and requirements), by sets of word triples. Postings of one
employer often share those too, so what tells jobs apart must not differ: title, employer, places, pay,
terms and language, where both state them.

Candidates are found by MinHash (one permutation, 20 bands of 3), and every one is then compared in
full. All of it lies in a temporary file, so memory does not grow with the number of postings.
"""

from __future__ import annotations

import json
import re
import sqlite3
import zlib
from array import array
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rapidfuzz import fuzz

from extractor.batch.ledger import read_ledger
from extractor.errors import StorageError

# On variants of the committed cases (benchmarks/near_duplicates.py) the same posting shares 0.8 or more,
# but for one of 0.4 that is contained, and different ones share 0.14 at most.
ALIKE = 0.6
CONTAINED = 0.9  # of the shorter one in the longer, where a site shows the beginning only
FEWEST_TRIPLES = 20
TITLES_ALIKE = 88.0
BANDS, ROWS = 20, 3
_BINS = BANDS * ROWS
_MOST_CANDIDATES = 200
_EMPTY = 2**32 - 1
_WORD = re.compile(r"\w+")
_FORMS = re.compile(
    r"\b(inc|llc|ltd|limited|gmbh|ag|se|plc|corp|corporation|co|company|group|sa|sas|bv|ab|as|oy|spa)\b"
)


@dataclass(frozen=True)
class Print:
    """What of a posting is compared."""

    triples: frozenset[int]
    title: str
    company: str
    places: frozenset[str]
    pay: frozenset[str]
    terms: frozenset[str]
    language: str

    def is_same_job(self, other: Print) -> bool:
        """Whether nothing that tells jobs apart differs; what either leaves out tells nothing."""
        if self.title and other.title and fuzz.token_sort_ratio(self.title, other.title) < TITLES_ALIKE:
            return False
        pairs = [(self.places, other.places), (self.pay, other.pay), (self.terms, other.terms)]
        if any(mine and theirs and not mine & theirs for mine, theirs in pairs):
            return False
        names = [(self.company, other.company), (self.language, other.language)]
        return not any(mine and theirs and mine != theirs for mine, theirs in names)

    def similarity(self, other: Print) -> float:
        """Share of the triples that both have, 0 to 1; 0 where they are not the same job."""
        fewer = min(len(self.triples), len(other.triples))
        if fewer < FEWEST_TRIPLES or not self.is_same_job(other):
            return 0.0
        both = len(self.triples & other.triples)
        share = both / len(self.triples | other.triples)
        return share if share >= ALIKE or both < CONTAINED * fewer else max(share, ALIKE)


@dataclass
class Group:
    """Postings that advertise the same job: ids in the order of their answers, each with how much of its
    sentences it shares with the one that it was found by."""

    postings: list[tuple[str, float]] = field(default_factory=list)


def find_groups(results: Iterable[dict[str, Any]]) -> Iterator[Group]:
    """Groups of two or more among Extractions (as JSON objects); errors belong to none."""
    with closing(sqlite3.connect("")) as db:  # on disk, in a file that SQLite removes
        db.executescript(
            "CREATE TABLE prints (number INTEGER PRIMARY KEY, id TEXT, chief INTEGER, similarity REAL,"
            " said BLOB); CREATE TABLE bands (hash INTEGER, number INTEGER);"
            "CREATE INDEX by_hash ON bands (hash); CREATE INDEX by_chief ON prints (chief);"
        )
        for number, result in enumerate(results):
            if result["posting"] is not None:
                _place(db, number, result["id"], to_print(result["posting"]))
        chiefs = db.execute("SELECT chief FROM prints GROUP BY chief HAVING count(*) > 1 ORDER BY chief")
        for (chief,) in chiefs:
            found = db.execute("SELECT id, similarity FROM prints WHERE chief = ? ORDER BY number", (chief,))
            yield Group(found.fetchall())


def write_groups(out: Path) -> int:
    """Write the groups of an output's results to OUT.groups.jsonl; how many there are.

    A line a group: `group` is its first posting's id, `postings` all of them. Raises StorageError.
    """
    path, count = groups_path(out), 0
    with read_ledger(out) as ledger:
        results = (json.loads(payload) for _, payload in ledger.payloads())
        beside = path.with_name(f".{path.name}.part")
        try:
            with beside.open("w", encoding="utf-8") as file:
                for group in find_groups(results):
                    count += 1
                    postings = [
                        {"id": posting, "similarity": round(share, 3)} for posting, share in group.postings
                    ]
                    line = {"group": postings[0]["id"], "postings": postings}
                    file.write(json.dumps(line, ensure_ascii=False) + "\n")
            beside.replace(path)
        except OSError as error:
            raise StorageError(f"cannot write {path}: {error.strerror or error}") from error
    return count


def groups_path(out: Path) -> Path:
    """Where the groups of an output lie."""
    return out.with_name(out.name + ".groups.jsonl")


def to_print(posting: dict[str, Any]) -> Print:
    """What of a JobPosting (as a JSON object) is compared."""
    lists = ("responsibilities", "required_qualifications", "preferred_qualifications")
    said = [item for name in lists for item in posting[name]]
    pays = posting["compensation"]
    amounts = {f"{pay['min']} {pay['max']} {pay['period']}" for pay in pays if pay["min"] or pay["max"]}
    terms = {f"{term['start']} {term['end']}" for term in (posting["schedule"] or {}).get("terms", [])}
    company = _fold((posting["company"] or {}).get("name"))
    return Print(
        triples=frozenset(_triples(said)),
        title=_fold(posting["title"]),
        company=" ".join(_FORMS.sub(" ", company).split()),
        places=frozenset(_fold(place["city"] or place["text"]) for place in posting["locations"]),
        pay=frozenset(amounts),
        terms=frozenset(terms - {"None None"}),
        language=(posting["language"] or "").split("-")[0],
    )


def _triples(items: Iterable[str]) -> Iterator[int]:
    """Digests of an item's runs of three words; of a shorter one its whole."""
    for item in items:
        words = _fold(item).split()
        for at in range(max(1, len(words) - 2)):
            if words:
                yield zlib.crc32(" ".join(words[at : at + 3]).encode())


def _fold(text: str | None) -> str:
    return " ".join(_WORD.findall((text or "").casefold()))


def _place(db: sqlite3.Connection, number: int, posting_id: str, mine: Print) -> None:
    """Put a posting into the group that it is likest to, or into one of its own."""
    chief, best = number, 0.0
    bands = _bands(mine.triples)
    marks = ", ".join("?" * len(bands))
    found = f"SELECT DISTINCT number FROM bands WHERE hash IN ({marks}) LIMIT {_MOST_CANDIDATES}"  # noqa: S608
    candidates = db.execute(f"SELECT chief, said FROM prints WHERE number IN ({found})", bands).fetchall()  # noqa: S608
    for other_chief, said in candidates:
        share = mine.similarity(_unpack(said))
        if share >= ALIKE and share > best:
            chief, best = other_chief, share
    values = (number, posting_id, chief, best or 1.0, _pack(mine))
    db.execute("INSERT INTO prints VALUES (?, ?, ?, ?, ?)", values)
    db.executemany("INSERT INTO bands VALUES (?, ?)", [(band, number) for band in bands])


def _bands(triples: frozenset[int]) -> list[int]:
    """Digests of the MinHash's bands: equal in one with likelihood s³ for postings alike by s."""
    if len(triples) < FEWEST_TRIPLES:
        return []
    least = [_EMPTY] * _BINS
    for triple in triples:
        mixed = (triple * 0x9E3779B1 + 0x7F4A7C15) & 0xFFFFFFFF
        mixed ^= mixed >> 15
        bin_, value = mixed % _BINS, (mixed * 0x85EBCA6B) & 0xFFFFFFFF
        least[bin_] = min(least[bin_], value)
    for at in range(_BINS):  # an empty bin takes the next full one's value, by rotation
        step = 0
        while least[at] == _EMPTY:
            step += 1
            if least[(at + step) % _BINS] != _EMPTY:
                least[at] = least[(at + step) % _BINS]
    return [
        zlib.crc32(array("I", least[at : at + ROWS]).tobytes(), band)
        for band, at in enumerate(range(0, _BINS, ROWS))
    ]


def _pack(mine: Print) -> bytes:
    rest = [
        mine.title,
        mine.company,
        *(sorted(part) for part in (mine.places, mine.pay, mine.terms)),
        mine.language,
    ]
    head = json.dumps(rest).encode()
    return len(head).to_bytes(4, "big") + head + array("I", sorted(mine.triples)).tobytes()


def _unpack(said: bytes) -> Print:
    size = int.from_bytes(said[:4], "big")
    title, company, places, pay, terms, language = json.loads(said[4 : 4 + size])
    triples = array("I")
    triples.frombytes(said[4 + size :])
    sets = (frozenset(places), frozenset(pay), frozenset(terms))
    return Print(frozenset(triples), title, company, sets[0], sets[1], sets[2], language)
