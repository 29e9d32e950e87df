"""Text in a posting that speaks to a model instead of to applicants.

A posting is data: such pieces are shown to no model and give no value. What is found here is left
out whole, with a warning; what is not found can at worst choose other words of the same page, since
every value must stand in the text.

Postings for people who work with models, agents, machines and systems are common, so a word for a
reader is not enough: it must be spoken to, or told to put its instructions aside.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable

from extractor.patterns import Pattern
from extractor.records import Span
from extractor.segments import Segment

_KIND = r"(?:assist[ae]nt\w*|mod[eè]l\w*|agent\w*|syst[eè]m\w*|sistemas?|tools?|bots?|readers?|parsers?|scrapers?|crawlers?)"
_MODEL = (
    r"(?:llms?|(?:large )?language models?|sprachmodelle?n?|modèles? de langage|modelos? de lenguaje|chatgpt|gpt(?:-\d\w*)?"
    rf"|claude|gemini|copilot|chat ?bots?|bots?|(?:a\.?i\.?|ki|ia)[ -]{_KIND}|(?:an?|any|other|all) automated {_KIND}"
    r"|automated (?:readers?|agents?)|(?:web )?(?:parsers?|scrapers?|crawlers?))"
)
_AI = r"(?:a\.?i\.?|ki|ia)"
_EARLIER = r"(?:previous|prior|above|earlier|preceding|foregoing|original|initial|system(?= prompt| instr))"
_RULES = r"(?:instructions?|prompts?|rules|guidelines|directions|messages?|context|orders|commands|tasks?|text|content)"
_FILLERS = r"(?:(?:all|any|every|each|the|of|your|my|these|those|and|other) )*"
_TEXT = r"(?:text|page|document|posting|advert|content|listing|input)"
_READING = r"(?:reading|processing|parsing|scanning|scraping|crawling|screening|summari[sz]ing|extracting|analy[sz]ing)"
_READS = r"(?:reads?|process(?:es)?|parses?|scans?|scrapes?|crawls?|screens?|summari[sz]es?|extracts?|analy[sz]es?)"
_FIELDS = (
    r"(?:job title|title|salary|pay|compensation|company(?: name)?|employer|locations?|skills|requirements"
    r"|benefits|titel|gehalt|titre|salaire|título|salario)"
)
_NOTE = (
    r"(?:note|message|attention|instru[ck]\w+|notice|hint|hinweis|nachricht|nota|aviso|mensaje|meddelande)"
)
_FOR = r"(?:to|for|an|für|pour|aux?|à|para|till|voor|per) (?:the |all |any |die |alle |les |los |las |el |la |l['’]|het |de )*"
# What makes one put earlier words aside.
_PUT_ASIDE = (
    rf"\b(?:ignore|disregard|forget|do not follow|stop following) {_FILLERS}{_EARLIER} (?:\w+ ){{0,2}}{_RULES}\b",
    rf"\b(?:ignore|disregard|forget|override|bypass) {_FILLERS}{_RULES} (?:above|before|so far|given|you (?:were|have been|got))\b",
    r"(?<!never )(?<!not )(?<!n't )\b(?:ignore|disregard|forget) (?:all |any |the |your )+(?:(?:output |json |reply )?schema|instructions|prompts?)\b",
    r"\b(?:ignore|disregard|forget) (?:all|everything|anything) (?:\w+ ){0,3}(?:above|before|earlier|until now)\b",
    rf"\b(?:ignore|disregard|do not trust|don't trust) (?:the )?rest of (?:the|this) {_TEXT}\b|\byour instructions (?:have|are)\b",
    rf"\bpay no attention to {_FILLERS}(?:{_EARLIER} )?{_TEXT}|\b{_EARLIER} {_TEXT} (?:was|is) (?:only |just )?(?:an? )?(?:test|example|fake|void|wrong|sample)\b",
    rf"\b(?:consider|treat|regard) {_FILLERS}(?:{_EARLIER} {_RULES}|{_RULES} above) (?:as )?(?:void|invalid|cancelled|obsolete)\b",
    rf"\b(?:do not|don't|never) (?:extract|process|parse|summari[sz]e|index) (?:anything|the (?:rest|following)|this {_TEXT})\b",
    rf"\bnew (?:system )?(?:{_RULES})\s*:|\boverride\s*[:!]|\byour new (?:task|role|goal|job|instructions?) (?:is|are)\b",
    r"\bfrom now on,? you (?:will |must |shall )?(?:respond|answer|act|behave|output|reply|are)\b",
    r"\b(?:ignorier\w*|vergiss|missachte\w*|ignore[zr]|oublie[zr]?|ignora[rd]?|olvida\w*|esqueça\w*|ignorera|glöm|negeer|vergeet|dimentica\w*|ignorate)\b"
    r"(?! nicht| inte| niet| pas| no\b).{0,40}(?:anweisung|vorgaben|consignes|instruc|instruktion|istruzion|prompt|bisherige|vorherige)",
    r"\bignore (?:les|toutes|as|todas|o|le)\b.{0,30}(?:instruc|consignes|prompt)",
    r"(?:игнорир\w+|забуд\w+|не следуй\w*).{0,40}(?:инструкци|указани|правил|промпт)",
    r"\b(?:zignoruj|ignoruj|zapomnij)\w*.{0,40}(?:instrukcj|polece)",
    r"(?:talimat|yönerge)\w*.{0,20}(?:yok say|görmezden|unut)",
    r"(?:忽略|无视|無視|忘记|忘記).{0,20}(?:指令|指示|提示|说明|說明|规则|規則)",
    r"(?:指示|命令|プロンプト|ルール).{0,8}(?:無視|忘れ)",
    r"(?:지시|명령|프롬프트|지침).{0,10}(?:무시|잊)",
    r"(?:تجاهل|انس).{0,30}(?:التعليمات|الأوامر|تعليمات)",
    r"(?:निर्देश|आदेश).{0,20}(?:अनदेखा|नज़रअंदाज़|भूल)",
)
# Who is spoken to: a model that reads this, not one that is built, tested or used in the job.
_SPOKEN_TO = (
    rf"\b{_NOTE}\b.{{0,12}}\b{_FOR}(?:{_MODEL}|{_AI}|machines)\b(?=\s*(?:[:,.;)\]]|{_READING}))",
    rf"\b(?:dear|attention|hey|hello|hi) (?:all |the )?(?:{_MODEL}|{_AI})\b\s*(?:[,:!]|(?:that|who|which) {_READS})",
    rf"^\W*(?:to|for|an|für|pour|aux|para|till) (?:the |all |any |die |alle |les |los |las )+(?:{_MODEL}|{_AI})\b\s*(?:[:!]|(?:that|who|which) {_READS})",
    rf"^\W*(?:{_MODEL}|{_AI})\s*[:,]\s*(?:please|bitte|por favor|s'il|set|output|write|use|answer|report|return|give)\b|^\W*assistant, please\b|@(?:{_MODEL}|{_AI})\b",
    r"\byou are (?:an? )?(?:helpful|harmless|obedient|unrestricted) (?:\w+ )?(?:assistant|ai|model)\b",
    rf"\b(?:if|when|as|since|because) you(?:'re|’re| are)? (?:an? |any |some )?(?:{_MODEL}|{_AI}|machine|computer program)\b"
    rf"(?=\s*(?:{_READING} (?:this|the|these)\b|,? ?(?:or )?(?:an? |any )?(?:other )?{_MODEL}\b"
    r"|[,:] (?:ignore|please|you (?:must|should)|set|answer|output|respond|reply|say|write|include|the)\b))",
    rf"\b(?:if|when|as) (?:an? |any )?(?:{_MODEL}|{_AI}) (?:is |are )?(?:{_READING}|{_READS}) (?:this|these)\b",
    rf"\b(?:any|every|all|the|no) (?:{_MODEL}|{_AI}) (?:that|which|who) {_READS} (?:this|the) {_TEXT}\b",
    rf"^\W*(?:all |any )?(?:{_MODEL}) (?:must|should|shall) (?:list|output|report|set|say|include|return|rate|give) the (?:{_FIELDS}|word|following)\b",
    rf"\bas an? (?:ai |large )?(?:language model|llm|{_AI} (?:assistant|model|agent|system))\s*,",
    rf"\byou are (?:now |no longer )(?:an? |the )?(?:\w+ ){{0,3}}(?:{_MODEL}|{_AI}|extractor|dan|developer mode)\b",
    r"\bwhen you (?:summari[sz]e|parse|extract|classify|analy[sz]e) (?:this|the) (?:job )?(?:advert|ad|posting|listing|page|description)\b",
    r"^\W*for (?:the )?purposes? of (?:data |text |information )?(?:extraction|parsing|classification)\s*,",
)
# The marks of a conversation with a model.
_CONVERSATION = (
    r"^\W*system (?:prompt|message|override|instructions?)\b[^.\n]{0,15}[:!]|\bsystem (?:prompt|message) (?:update|override)\b",
    r"(?:^|[\[<(#!-]\s*)system\s*:\s*(?:output|ignore|you (?:are|must|will|shall)|respond|set|return|print|new|maintenance mode|\{)",
    r"(?:^|[\[<(#!-]\s*)assistant\s*:\s*(?:sure|ok|okay|certainly|of course|understood|here|i\b|\{|\[)",
    r"<\|.{1,20}?\|>|<</?sys>>|\[{1,2}/?(?:inst|sys|system prompt|(?:new |system )?instructions?)\]{1,2}",
    r"</?(?:system|assistant|admin|override|prompt|instructions?)>|#{2,}\s*(?:instructions?|system|response|assistant|task)\s*:",
    r"^\W*(?:this is the )?(?:end|beginning|begin|start) of (?:the )?(?:job )?(?:posting|document|text|input|context|advert\w*)\W*$",
    r"\b(?:reveal|print|repeat|show|leak|output|tell (?:me|us))\b.{0,30}\b(?:system prompt|your (?:prompt|instructions)|hidden (?:prompt|instructions)|above instructions)",
)
# What is to be answered.
_ANSWER = (
    rf"\b(?:set|change|replace|overwrite|report|record|treat|label)\b (?:the |its |this )?{_FIELDS}\b[^.!?]{{0,40}}(?:\bto\b|\bas\b|\bwith\b|=|:)\s*[\"“'«„$€£\d{{\[]",
    rf"\b{_FIELDS}\s*:=|\b(?:set|change) the (?:job )?(?:title|company|employer) to\b",
    r"(?:^|[.!?:;]\s+|\bplease )(?:respond|reply|answer|output|return|print|emit)\b (?:only |just |exactly |with |in |as |the |following |valid )+(?:json|null|yaml|xml)\b",
    r"\b(?:respond|reply|answer|output|return|print|emit)\b (?:only |just |exactly |with |the |following )*(?:null\b(?=\s*(?:$|[.;,!]|and\b|for\b))|\{)",
    r"(?:^|[.!?:;]\s+)(?:only |just |please )*return (?:an? |only )?(?:error|empty (?:list|string|array|object|result)s?)\b",
    r"\bclassify (?:this|the) (?:text|page|posting|document) as\b|\boutput format (?:has )?changed\b",
    r"\byou (?:must|should|will|shall) (?:answer|respond|reply|output) (?:only )?with (?:the |a )?(?:title|word|json|text|phrase|string|following)\b",
    r"\byour (?:response|output|completion) (?:must|should|shall|has to) (?:only |always )?(?:begin|start|end|contain|be)\b",
    r"\b(?:begin|start|end) your (?:response|output|completion|answer) with\b",
    r"\banswers?\s*:\s*(?:\{|title\b|null\b)",
)
_TO_A_MODEL = tuple(
    Pattern(said, re.IGNORECASE) for said in (*_PUT_ASIDE, *_SPOKEN_TO, *_CONVERSATION, *_ANSWER)
)
# A reply put into the model's mouth; in a posting that is itself JSON these are its own keys.
_REPLY = Pattern(r"\{\s*\"(?:kind|title|company|posting|is_job_posting|locations)\"\s*:", re.IGNORECASE)
# An instruction goes on to the end of its line, unless the whole page is one line.
_LONGEST_LINE_PIECES = 8


def find_instructions(text: str, segments: Iterable[Segment]) -> list[Span]:
    """The spans of pieces that speak to a model, in order."""
    wanted = _TO_A_MODEL if _is_json(text) else (*_TO_A_MODEL, _REPLY)
    patterns = [pattern.compile() for pattern in wanted if pattern.may_match(text)]
    if not patterns:
        return []
    lines: dict[int, list[Segment]] = {}
    for piece in segments:
        lines.setdefault(piece.line, []).append(piece)
    found = []
    for line in lines.values():
        hits = [
            n for n, piece in enumerate(line)
            if any(pattern.search(text[piece.span.start : piece.span.end]) for pattern in patterns)
        ]  # fmt: skip
        if hits and len(line) <= _LONGEST_LINE_PIECES:
            found.append(Span(line[hits[0]].span.start, line[-1].span.end))
        else:
            found += [line[n].span for n in hits]
    return sorted(found)


def _is_json(text: str) -> bool:
    if text.lstrip()[:1] not in ("{", "["):
        return False
    try:
        json.loads(text)
    except ValueError:
        return False
    return True
