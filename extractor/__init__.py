"""Any job posting as one typed record, each value traced to the words it came from.

    from extractor import extract
    extraction = extract(Path("posting.html").read_bytes())

The names below are the whole public door. They are loaded when first used, so that importing the
package, and `extractor --help`, cost nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from extractor.document import read_document
    from extractor.errors import ExtractorError
    from extractor.jsonld import to_jsonld
    from extractor.pipeline import Extractor, extract
    from extractor.records import Document
    from extractor.schema import Evidence, Extraction, JobPosting
    from extractor.settings import Settings

__version__ = "0.1.0"

__all__ = [
    "extract",
    "Extractor",
    "Settings",
    "Extraction",
    "JobPosting",
    "Evidence",
    "Document",
    "read_document",
    "to_jsonld",
    "ExtractorError",
    "__version__",
]

_HOMES = {
    "extract": "extractor.pipeline",
    "Extractor": "extractor.pipeline",
    "Settings": "extractor.settings",
    "Extraction": "extractor.schema",
    "JobPosting": "extractor.schema",
    "Evidence": "extractor.schema",
    "Document": "extractor.records",
    "read_document": "extractor.document",
    "to_jsonld": "extractor.jsonld",
    "ExtractorError": "extractor.errors",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(_HOMES[name]), name)
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
