"""langextract: classes of extractions told by an example, spans aligned to the text by itself."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import langextract as lx

from benchmarks.peers.job import LISTS, SYSTEM, TEXTS, Given, Server, Tell, to_record

_EXAMPLE = """Line Cook
Acme Kitchens, Lyon
Duties: Prepare the dishes of the day
You need: Two years in a kitchen, knife skills
A plus: German
We offer: Free meals"""
_MARKED = (
    ("title", "Line Cook"),
    ("company_name", "Acme Kitchens"),
    ("responsibilities", "Prepare the dishes of the day"),
    ("required_qualifications", "Two years in a kitchen"),
    ("preferred_qualifications", "German"),
    ("benefits", "Free meals"),
    ("skills", "knife skills"),
)


def extract_all(given: Sequence[Given], server: Server, tell: Tell) -> None:
    """One call a posting: with a list of documents one failure ends them all."""
    example = lx.data.ExampleData(
        text=_EXAMPLE,
        extractions=[
            lx.data.Extraction(extraction_class=kind, extraction_text=text) for kind, text in _MARKED
        ],
    )
    config = lx.factory.ModelConfig(
        model_id=server.model,
        provider="OpenAILanguageModel",
        provider_kwargs={"base_url": server.base_url, "api_key": server.key, "temperature": 0.0},
    )
    for posting in given:
        try:
            found: Any = lx.extract(
                text_or_documents=posting.text,
                prompt_description=SYSTEM,
                examples=[example],
                config=config,
                fence_output=False,
                use_schema_constraints=False,
                max_char_buffer=100_000,
                show_progress=False,
            )
        except Exception as error:  # whatever it raises is its answer
            tell(posting.id, None, f"{type(error).__name__}: {error}"[:300])
        else:
            tell(posting.id, to_record(_flat(found.extractions or [])), None)


def _flat(extractions: Iterable[Any]) -> dict[str, Any]:
    """Only those that it could align: an extraction without a place in the text is one that it doubts."""
    texts = {name for _, name, _ in TEXTS}
    lists: dict[str, Any] = {name: [] for _, name, _ in LISTS} | {"skills": []}
    flat: dict[str, Any] = {}
    for found in extractions:
        if found.char_interval is None:
            continue
        if found.extraction_class in texts:
            flat.setdefault(found.extraction_class, found.extraction_text)
        elif found.extraction_class in lists:
            lists[found.extraction_class].append(found.extraction_text)
    return flat | lists
