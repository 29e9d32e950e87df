"""Text in a posting that speaks to a model instead of to applicants.

A posting is data: such pieces are shown to no model and give no value. What is found here is left
out whole, with a warning; what is not found can at worst choose other words of the same page, since
every value must stand in the text.

Postings for people who work with models, agents, machines and systems are common, so a word for a
reader is not enough: it must be spoken to, or told to put its instructions aside.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence

from extractor.imitation import find_imitations, is_json
from extractor.patterns import Pattern, Patterns
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
    r"\bignore (?:les|toutes|as|todas|o|le)\b.{0,30}(?:instru[cç]|consignes|prompt)",
    r"\b(?:ignoruj|zapomeň)\w*.{0,40}(?:pokyn|instrukc)|(?:ігнору\w+|забуд\w+).{0,40}(?:інструкц|вказівк)",
    r"(?:התעלמ?י?|שכחי?)\b.{0,30}(?:הוראות|ההוראות|הנחיות)|התעלם.{0,30}(?:הוראות|הנחיות)",
    r"\bbỏ qua\b.{0,30}(?:hướng dẫn|chỉ dẫn|huong dan|chi dan)|\bbo qua\b.{0,30}(?:huong dan|chi dan)|\babaikan\b.{0,30}(?:instruksi|perintah)",
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
    rf"^\W*(?:{_MODEL}|{_AI})\s*[:,]\s*(?:please|bitte|por favor|s'il|set|output|write|use|answer|report|return|give|append|add|if you (?:do|don)|you (?:must|will be))\b|^\W*assistant, please\b|@(?:{_MODEL}|{_AI})\b",
    r"\byou are (?:an? )?(?:helpful|harmless|obedient|unrestricted) (?:\w+ )?(?:assistant|ai|model)\b",
    rf"\b(?:if|when|as|since|because) you(?:'re|’re| are)? (?:an? |any |some )?(?:{_MODEL}|{_AI}|machine|computer program)\b"
    rf"(?=\s*(?:{_READING} (?:this|the|these)\b|,? ?(?:or )?(?:an? |any )?(?:other )?{_MODEL}\b"
    r"|[,:] (?:ignore|please|you (?:must|should)|set|answer|output|respond|reply|say|write|include|the)\b))",
    rf"\b(?:if|when|as) (?:an? |any )?(?:{_MODEL}|{_AI}) (?:is |are )?(?:{_READING}|{_READS}) (?:this|these)\b",
    rf"\b(?:any|every|all|the|no) (?:{_MODEL}|{_AI}) (?:that|which|who) {_READS} (?:this|the) {_TEXT}\b",
    rf"^\W*(?:all |any )?(?:{_MODEL}) (?:must|should|shall) (?:list|output|report|set|say|include|return|rate|give) the (?:{_FIELDS}|word|following)\b",
    rf"\b(?:requires?|asks?|instructs?|orders?|tells?|urges?) (?:all |any |every |the |you as )+(?:{_MODEL}|{_AI}) (?:that \w+ (?:this|the) {_TEXT} )?to\b",
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
    r"</(?:document|posting|input|user_input|context)>|<\|.{1,20}?\|>|<</?sys>>|\[{1,2}/?(?:inst|sys|system prompt|(?:new |system )?instructions?)\]{1,2}",
    r"</?(?:system|assistant|admin|override|prompt|instructions?)>|#{2,}\s*(?:instructions?|system|response|assistant|task)\s*:",
    r"\bimagine (?:that )?you are an? (?:a\.?i\.?|llm|language model)\b|^\W*system\s*:\s*the (?:real|true|actual|correct)\b|\{%[^%\n]{0,40}%\}|^\W*(?:decode|decipher|rot13|base64|read backwards)\b(?: this)?(?: and (?:follow|obey|execute|do)\b.{0,12})?\s*:",
    # What machines write and no applicant reads: base64, hexadecimal, percent signs.
    r"(?<![\w/.:@=&?%#+-])(?=(?:[A-Za-z+/]*+[0-9]){5})[A-Za-z0-9+/]{48,}={0,2}|(?<![\w/.?=&%-])(?:%[0-9a-f]{2}){12,}|(?:[.-]{1,5}[ /]+){12,}",
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
_ASIDE = tuple(Pattern(said, re.IGNORECASE) for said in _PUT_ASIDE)
_SPEAKING = (
    *_ASIDE,
    *(Pattern(said, re.IGNORECASE) for said in (*_SPOKEN_TO, *_CONVERSATION, *_ANSWER)),
)
# A reply put into the model's mouth; in a posting that is itself JSON these are its own keys.
_REPLY = Pattern(r"\{\s*\"(?:kind|title|company|posting|is_job_posting|locations)\"\s*:", re.IGNORECASE)
_IN_JSON, _IN_TEXT = Patterns(_SPEAKING), Patterns((*_SPEAKING, _REPLY))
_PUTTING_ASIDE = Patterns(_ASIDE)
# An instruction goes on to the end of its line, unless the whole page is one line.
_LONGEST_LINE_PIECES = 8
_FIRST_WORD = 30  # characters that hold it


# A payload on lines of its own below an instruction: as many as an instruction has in one paragraph.
_LONGEST_PAYLOAD_LINES = 8
_LONGEST_BROKEN_CHARS = 400  # an instruction whose lines are broken in its middle
_BULLET = re.compile(r"[ \t]*(?:[-–—*•·▪●◦]|\d{1,2}[.)])[ \t]")
_BLANK = re.compile(r"[ \t]*(?:\n|$)")


def find_instructions(text: str, segments: Iterable[Segment]) -> list[Span]:
    """The stretches that speak to a model or imitate what stands around a posting, in order; they may overlap."""
    pieces = tuple(segments)
    wanted = _IN_JSON if is_json(text) else _IN_TEXT
    known: dict[str, bool] = {}
    found = find_imitations(text) + _find_spoken(text, pieces, wanted, str, known)
    if _undisguised(text) != text:
        found += _find_spoken(text, pieces, wanted, _undisguised, known)
    return sorted(set(found))


def _find_spoken(
    text: str, pieces: Sequence[Segment], wanted: Patterns, view: Callable[[str], str], known: dict[str, bool]
) -> list[Span]:
    """The stretches whose words, seen in a certain way, speak to a model; `known` says of words already seen
    whether they do."""
    starts = (text[piece.span.start : piece.span.start + _FIRST_WORD] for piece in pieces)
    # Of another view nobody else asks where its words stand, so that it is not worth finding out.
    wanted = wanted.possible_in(view(text), starts if view is str else None)
    if not wanted:
        return []

    def speaks(start: int, end: int) -> bool:
        said = view(text[start:end])
        verdict = known.get(said)
        if verdict is None:
            verdict = known[said] = wanted.search(said) is not None
        return verdict

    lines: dict[int, list[Segment]] = {}
    for piece in pieces:
        lines.setdefault(piece.line, []).append(piece)
    found = []
    for line in lines.values():
        hits = [n for n, piece in enumerate(line) if speaks(piece.span.start, piece.span.end)]
        if len(line) > _LONGEST_LINE_PIECES:
            found += [line[n].span for n in hits]
            continue
        start, end = line[0].span.start, line[-1].span.end
        if not hits and speaks(text.rfind("\n", 0, start) + 1, end):  # by a mark before its words
            hits = [0]
        if hits:
            start = line[hits[0]].span.start
            found.append(Span(start, _end_of_payload(text, start, end)))
    return found + list(_find_broken(text, view))


def _end_of_payload(text: str, start: int, end: int) -> int:
    """Where an instruction ends: with its line, or where it begins its paragraph, with that."""
    line = text.rfind("\n", 0, start) + 1
    before = text.rfind("\n", 0, max(0, line - 1)) + 1
    begins_paragraph = line == 0 or not text[before:line].strip()
    if not begins_paragraph or _BULLET.match(text, line):
        return end
    for _ in range(_LONGEST_PAYLOAD_LINES):
        following = text.find("\n", end) + 1
        if not following or _BLANK.match(text, following) or _BULLET.match(text, following):
            break
        stop = text.find("\n", following)
        end = len(text) if stop < 0 else stop
    return end


def _find_broken(text: str, view: Callable[[str], str]) -> Iterator[Span]:
    """Short paragraphs of lines without bullets that put earlier words aside across the ends of their lines."""
    wanted = _PUTTING_ASIDE.possible_in(view(text))
    for match in _PARAGRAPH.finditer(text) if wanted else ():
        said = match[0]
        if "\n" in said and len(said) <= _LONGEST_BROKEN_CHARS and not _BULLET.match(said):
            joined = view(said.replace("\n", " "))
            if wanted.search(joined):
                yield Span(*match.span())


_PARAGRAPH = re.compile(r"[^\n]++(?:\n[^\n]++)*+")
# Letters of other scripts that look like Latin ones, where they stand inside a Latin word.
_LOOKALIKES = str.maketrans(
    "асеорхуіјѕԁԛԝАВЕКМНОРСТХІЈЅαεινορτυχΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "aceopxyijsdqwABEKMHOPCTXIJSaeivoptuxABEZHIKMNOPTYX"
)
# From a word's start only, like all patterns here that begin with a run: a long word would be read from
# each of its letters to its end.
_MIXED = re.compile(r"(?<![^\W\d_])[^\W\d_]*(?:[A-Za-z][\u0370-\u052f]|[\u0370-\u052f][A-Za-z])[^\W\d_]*")
_LOOKALIKE = re.compile(r"[\u0370-\u052f]")
_SPELT = re.compile(r"(?<!\w)(?:\w[.·_-]){4,}\w(?!\w)")
_MAY_BE_SPELT = re.compile(r"[.·_-]\w[.·_-]\w[.·_-]\w[.·_-]")
_EMPHASIS = re.compile(r"[*_`~]{1,3}(?=\w)|(?<=\w)[*_`~]{1,3}")
_EMPHATIC = re.compile(r"[*_`~]")


def _undisguised(text: str) -> str:
    """The text as a reader takes it: look-alikes as what they look like, without accents, emphasis and the
    dots of words that are spelt out."""
    if not text.isascii() and _LOOKALIKE.search(text):
        text = _MIXED.sub(lambda match: match[0].translate(_LOOKALIKES), text)
    if _EMPHATIC.search(text):
        text = _EMPHASIS.sub("", text)
    if _MAY_BE_SPELT.search(text):
        text = _SPELT.sub(lambda match: re.sub(r"[\W_]", "", match[0]), text)
    return text if text.isascii() else text.translate(_BARE)


class _Bare(dict[int, str]):
    """A Latin letter without its accents, nothing for an accent alone; any other character itself."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        if "\u0300" <= char <= "\u036f":
            char = ""
        elif char >= "\u00c0" and "LATIN" in unicodedata.name(char, ""):
            char = unicodedata.normalize("NFD", char)[0]
        self[code] = char
        return char


_BARE = _Bare()
