"""Encodings worked out, and files of another kind told from text."""

from __future__ import annotations

import pytest

from extractor.document import read_document
from extractor.errors import UnreadableInput

FRENCH = "Développeur à Genève, expérience exigée. Rémunération selon profil, congés payés."
POLISH = "Poszukujemy księgowej ze znajomością języka angielskiego. Wymagane doświadczenie, życiorys."
RUSSIAN = "Требуется бухгалтер с опытом работы от трёх лет. Зарплата 50 000 рублей."
JAPANESE = "ソフトウェアエンジニアを募集しています。給与は月額30万円以上です。経験者優遇。"
CHINESE = "招聘软件工程师，要求三年以上工作经验，薪资面议，五险一金。"


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (FRENCH, "utf-8"),
        (FRENCH, "utf-8-sig"),
        (FRENCH, "utf-16"),
        (FRENCH, "utf-16-le"),
        (FRENCH, "utf-16-be"),
        (FRENCH, "utf-32"),
        (FRENCH, "cp1252"),
        ("Wir zahlen 3.000 € – für Verkäufer im Geschäft in München, Größe spielt keine Rolle", "cp1252"),
        (POLISH, "cp1250"),
        (RUSSIAN, "cp1251"),
        (RUSSIAN, "koi8-r"),
        (JAPANESE, "cp932"),
        (JAPANESE, "euc-jp"),
        (CHINESE, "gb18030"),
        ("소프트웨어 엔지니어를 모집합니다. 경력 3년 이상, 연봉 협의.", "cp949"),
    ],
)
def test_undeclared_encodings_are_worked_out(text: str, encoding: str) -> None:
    """Marks, UTF-8 and UTF-16 are recognised, older encodings guessed from their letters."""
    assert read_document(text.encode(encoding)).source == text


@pytest.mark.parametrize(
    ("text", "declared", "encoding"),
    [
        (FRENCH, "iso-8859-1", "cp1252"),
        ("Yazılım geliştirici arıyoruz, deneyimli şoför görüşmesi", "iso-8859-9", "cp1254"),
        (CHINESE, "gb2312", "gb18030"),
        (JAPANESE, "iso-2022-jp", "iso-2022-jp"),
        (JAPANESE, "Shift_JIS", "cp932"),
        (FRENCH, "iso-8859-1", "utf-8"),
        (FRENCH, "no-such-encoding", "cp1252"),
    ],
)
def test_a_declared_encoding_is_read_as_browsers_read_it(text: str, declared: str, encoding: str) -> None:
    """Valid UTF-8 is UTF-8 whatever the page declares; else the declaration decides."""
    page = f'<html><head><meta charset="{declared}"></head><body><p>{text}</p></body></html>'
    assert text.split("，")[0] in read_document(page.encode(encoding)).source


def test_a_few_broken_bytes_do_not_change_the_encoding() -> None:
    """A file cut inside a character is still UTF-8."""
    document = read_document(RUSSIAN.encode() + "я".encode()[:1])
    assert document.source == RUSSIAN + "\ufffd"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"PK\x03\x04\x14\x00word/document.xml", "Word"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "Word"),
        (rb"{\rtf1\ansi Engineer wanted in Berlin for five days}", "RTF"),
        (b"\x89PNG\r\n\x1a\n", "picture"),
        (b"\x1f\x8b\x08\x00", "compressed"),
        (bytes(range(256)) * 8, "binary"),
        (b"\x00\x01\x02\x03" * 200, "binary"),
        (b"\x01\x02\x03\x04 text between the bytes " * 50, "binary"),
    ],
)
def test_other_files_are_named(data: bytes, reason: str) -> None:
    """The message says what was sent and what to send instead."""
    with pytest.raises(UnreadableInput, match=reason):
        read_document(data)


def test_a_page_saved_as_mhtml_is_read() -> None:
    """Browsers save a page as one MIME message: its HTML part is the posting."""
    saved = (
        "From: <Saved by a browser>\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/related; type="text/html"; boundary="x"\r\n\r\n'
        "--x\r\nContent-Type: text/html; charset=iso-8859-1\r\n"
        "Content-Transfer-Encoding: quoted-printable\r\n\r\n"
        "<html><body><h1>Caf=E9 worker</h1><p>We look for a per=\r\nson in Bonn</p></body></html>\r\n"
        "--x\r\nContent-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\niVBORw0KGgo=\r\n--x--\r\n"
    )
    document = read_document(saved.encode())
    assert (document.kind, document.text) == ("html", "Café worker\n\nWe look for a person in Bonn")


def test_a_message_without_text_is_unreadable() -> None:
    """A MIME message of pictures alone has nothing to read."""
    saved = b"MIME-Version: 1.0\nContent-Type: image/png\n\niVBORw0KGgo=\n"
    with pytest.raises(UnreadableInput, match="no HTML"):
        read_document(saved)
