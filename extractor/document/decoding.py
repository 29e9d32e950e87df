"""Bytes to text: what file this is, and in which encoding it was written."""

from __future__ import annotations

import codecs
import re

from extractor.errors import UnreadableInput

# First bytes of files that people send instead of text, and what to tell them.
_FOREIGN = (
    (b"PK\x03\x04", "a Word, OpenDocument or zip file"),
    (b"\xd0\xcf\x11\xe0", "an old Word file"),
    (b"{\\rtf", "a rich-text (RTF) file"),
    (b"bplist00", "a Safari web archive"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"\x1f\x8b", "a compressed file"),
)
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16: its mark begins with that of UTF-16
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_DECLARED = re.compile(
    rb"<meta[^>]{1,200}?charset\s*=\s*[\"']?([\w.:-]{3,40})|<\?xml[^>]{1,100}?encoding\s*=\s*[\"']([\w.:-]{3,40})",
    re.IGNORECASE,
)
_DECLARED_WITHIN = 4096  # browsers look for the declaration in the first 1024 bytes
# What pages declare, and what browsers read it as (WHATWG Encoding).
_READ_AS = {
    "ascii": "cp1252", "iso8859-1": "cp1252", "iso8859-9": "cp1254", "gb2312": "gb18030",
    "gbk": "gb18030", "shift_jis": "cp932", "euc_kr": "cp949", "big5": "big5hkscs",
}  # fmt: skip
# The encodings that pages and editors still use; with all that Python knows, short texts are
# taken for encodings that nobody writes (KOI8-R for Shift JIS 2004, Latin for old Macintosh).
_LIKELY = [
    "cp1252", "cp1250", "cp1251", "koi8_r", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257",
    "cp932", "euc_jp", "gb18030", "big5", "cp949",
]  # fmt: skip
_SAMPLE_BYTES = 65_536
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_MAX_CONTROL_SHARE = 0.02
_MAX_BROKEN_SHARE = 0.05  # of the characters beyond ASCII, in text that is UTF-8 but for a few bytes


def decode(data: bytes) -> str:
    """The text of `data`, of its HTML part if it is a page saved as MHTML.

    Raises UnreadableInput for binary files and for other document formats.
    """
    for magic, what in _FOREIGN:
        if data.startswith(magic):
            raise UnreadableInput(f"This is {what}; save it as text, HTML or PDF and try again.")
    if b"\nContent-Type:" in data[:_DECLARED_WITHIN] and b"MIME-Version:" in data[:_DECLARED_WITHIN]:
        return _decode_saved_page(data)
    text = _decode_text(data)
    sample = text[:_SAMPLE_BYTES]
    if len(_CONTROL.findall(sample)) > _MAX_CONTROL_SHARE * len(sample):
        raise UnreadableInput("This is binary data, not text, HTML or PDF.")
    return text


def _decode_text(data: bytes) -> str:
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            return data[len(bom) :].decode(encoding, "replace")
    declared = _declared_encoding(data)
    if b"\x1b" in data and declared and declared.startswith("iso2022"):
        return data.decode(declared, "replace")  # written in ASCII's bytes: UTF-8 would accept them
    if b"\x00" in data:
        return data.decode(_wide_encoding(data), "replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return _decode_legacy(data, declared)


def _decode_legacy(data: bytes, declared: str | None) -> str:
    text = data.decode("utf-8", "replace")
    beyond_ascii = len(text) - sum(map(str.isascii, text))
    if text.count("\ufffd") <= max(1, _MAX_BROKEN_SHARE * beyond_ascii) < beyond_ascii:
        return text
    if declared:
        return data.decode(declared, "replace")
    return data.decode(_guessed_encoding(data), "replace")


def _declared_encoding(data: bytes) -> str | None:
    match = _DECLARED.search(data[:_DECLARED_WITHIN])
    if match is None:
        return None
    try:
        name = codecs.lookup((match[1] or match[2]).decode("ascii")).name
    except (LookupError, UnicodeDecodeError):
        return None
    return None if name.startswith(("utf", "idna", "punycode")) else _READ_AS.get(name, name)


def _wide_encoding(data: bytes) -> str:
    """UTF-16 without a mark, told by where its zero bytes stand."""
    even, odd = data[0:_SAMPLE_BYTES:2].count(0), data[1:_SAMPLE_BYTES:2].count(0)
    if max(even, odd) * 4 < min(len(data), _SAMPLE_BYTES) // 2 or min(even, odd) * 8 > max(even, odd):
        raise UnreadableInput("This is binary data, not text, HTML or PDF.")
    return "utf-16-be" if even > odd else "utf-16-le"


def _guessed_encoding(data: bytes) -> str:
    import charset_normalizer  # costs 20 ms, and almost every input is UTF-8

    matches = charset_normalizer.from_bytes(data[:_SAMPLE_BYTES], cp_isolation=_LIKELY)
    best = matches.best()
    if best is None:
        raise UnreadableInput("The encoding of this text cannot be told; save it as UTF-8 and try again.")
    # Where Western European reads as well as the best guess, it is what the author used.
    western = any(match.encoding == "cp1252" and match.chaos <= best.chaos for match in matches)
    return "cp1252" if western else best.encoding


def _decode_saved_page(data: bytes) -> str:
    import email.policy  # costs 20 ms, for an input that is rare
    from email.message import EmailMessage

    message = email.message_from_bytes(data, policy=email.policy.default)
    body = message.get_body(("html", "plain")) if isinstance(message, EmailMessage) else None
    content = body.get_payload(decode=True) if body is not None else None
    if body is None or not isinstance(content, bytes):
        raise UnreadableInput("This saved page or message holds no HTML and no text.")
    try:
        return content.decode(body.get_content_charset() or "", "strict")
    except (LookupError, UnicodeDecodeError):
        return _decode_text(content)
