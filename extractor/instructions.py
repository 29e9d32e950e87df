"""Text in a posting that speaks to a model instead of to applicants.

A posting is data: such pieces are shown to no model and give no value. What is found here is left
out whole, with a warning; what is not found can at worst choose other words of the same page, since
every value must stand in the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from extractor.records import Span
from extractor.segments import Segment

_READERS = r"(?:ai|a\.i\.|llms?|(?:large )?language models?|(?:ai )?(?:assistants?|models?|agents?|systems?|tools?)|bots?|chat ?bots?|chatgpt|gpt(?:-\d)?|claude|gemini|parsers?|scrapers?|crawlers?|extractors?|automated (?:readers?|systems?|tools?)|machines?)"
_RULES = r"(?:instructions?|prompts?|rules|guidelines|directions|messages?|context|schema|anweisung\w*|vorgaben|consignes|instrucciones|instruções|instruktioner|istruzioni|instructies)"
_FIELDS = r"(?:job title|title|salary|pay|compensation|company(?: name)?|employer|locations?|skills|requirements|posting|benefits|fields?|values?|titel|gehalt|titre|salaire|título|salario)"

_TO_A_MODEL = re.compile(
    "|".join(
        (
            rf"\b(?:ignore|disregard|forget|override|bypass|do not follow|stop following)\b.{{0,40}}\b{_RULES}\b",
            rf"\b(?:ignorier\w*|vergiss|missachte\w*|ignore[zr]?|oublie[zr]?|ignora(?:r|d)?|olvida|ignorera|glöm|negeer|dimentica|ignori)\b.{{0,50}}\b(?:{_RULES}|bisherige\w*|vorherige\w*|précédent\w*|anterior\w*|tidigare|vorige|precedent\w*)",
            rf"\b(?:note|message|attention|instructions?|notice|hint|hinweis|nachricht|message|mensaje|meddelande)\b.{{0,12}}\b(?:to|for|an|für|pour|aux?|para|till)\b (?:the |all |any |die |alle |les |los )*{_READERS}\b",
            rf"\b(?:if|when|as) (?:you are |you're |reading this as )?(?:an? )?{_READERS}\b.{{0,60}}\b(?:must|should|output|respond|answer|reply|set|return|ignore|say|write|parsing|processing|reading|summari[sz]ing|extracting)\b",
            rf"\byou are (?:now |no longer )(?:an? |the )?.{{0,40}}\b(?:{_READERS}|recruiter|dan|mode)\b",
            r"\bnew (?:system )?instructions?\s*:",
            r"\bsystem (?:prompt|message|override|update|instruction)s?\b",
            r"(?:^|[\[<(#!-]\s*)(?:system|assistant|developer)\s*:\s*(?:output|ignore|you|respond|set|return|print|answer|the|new|\{)",
            r"<\|.{1,20}?\|>|\[/?inst\]|<</?sys>>|</?(?:system|assistant|instructions?)>|###\s*(?:instruction|system|response|assistant)",
            rf"\b(?:set|change|replace|overwrite|fill|report|extract|list|record)\b (?:the |its |this )?{_FIELDS}\b[^.!?]{{0,40}}(?:\bto\b|\bas\b|\bwith\b|=|:)\s*[\"“'«„$€£\d{{\[]",
            r"\b(?:respond|reply|answer|output|return|print|emit)\b (?:only |just |exactly )*(?:with |in |as |the following )*(?:valid )?(?:json|null|yaml|xml|\{|\"|“|`)",
            r"\bwhen you (?:summari[sz]e|parse|extract|process|analy[sz]e|read|classify) (?:this|the) (?:advert|ad|posting|job|text|page|document|listing|description)",
            r"\b(?:reveal|print|repeat|show|leak|output|tell (?:me|us))\b.{0,30}\b(?:system prompt|your (?:prompt|instructions|rules)|hidden (?:prompt|instructions)|above instructions)",
            r"\bas an? (?:ai|large language model|language model)\b",
            r"\b(?:end|begin|start) of (?:the )?(?:job )?(?:posting|document|text|input|context)\b\W*$",
            r"\{\s*\"(?:kind|title|company|posting|is_job_posting|locations)\"\s*:",
        )
    ),
    re.IGNORECASE,
)
# An instruction goes on to the end of its line, unless the whole page is one line.
_LONGEST_LINE_PIECES = 8


def find_instructions(text: str, segments: Iterable[Segment]) -> list[Span]:
    """The spans of pieces that speak to a model, in order."""
    pieces = list(segments)
    lines: dict[int, list[Segment]] = {}
    for piece in pieces:
        lines.setdefault(piece.line, []).append(piece)
    found = []
    for line in lines.values():
        hits = [
            n for n, piece in enumerate(line) if _TO_A_MODEL.search(text, piece.span.start, piece.span.end)
        ]
        if hits and len(line) <= _LONGEST_LINE_PIECES:
            found.append(Span(line[hits[0]].span.start, line[-1].span.end))
        else:
            found += [line[n].span for n in hits]
    return sorted(found)
