"""What a provider's failing answer means: one of our errors, and whether to try again.

    Transient   worth another try: 408, 409, 425, 429, 5xx, a broken connection, a timeout
    Final       not worth one: key, model name, balance, a refusal, a cut-off reply
    Unable      the provider cannot do what was asked in this form; another form may work

Only what these hold travels on. The client library's own exceptions, which may quote the key, are
dropped where they are caught.
"""

from __future__ import annotations

import re
import ssl
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from extractor.errors import (
    ExtractorError,
    InputTooLarge,
    ProviderRefused,
    RateLimited,
    Refusal,
    ReplyTimeout,
    TransportError,
)
from extractor.model.waits import asked_wait_s

if TYPE_CHECKING:
    import openai

_QUOTE_CHARS = 300
# "maximum context length" may stand in a prompt too; five words in a row do not by chance.
_ECHO_WORDS = 5
_WORD = re.compile(r"\w+")
_ESCAPE = re.compile(r"\\+[nrt]")  # of text that is quoted as JSON
_TRANSIENT = {408, 409, 425, 429}
_TOO_LONG = re.compile(
    r"context[_ ](length|size|window)|exceed_context|maximum context|prompt is too long|too many tokens", re.I
)
_FILTERED = re.compile(r"content_filter|content management policy|ResponsibleAI", re.I)
_SLOW_DOWN = re.compile(r"rate[_ ]limit|too[_ ]many[_ ]requests", re.I)
_NO_CREDIT = re.compile(
    r"insufficient[_ ](quota|balance|credit|funds)|exceeded your current quota|billing_hard_limit",
    re.I,
)
_REMEDIES = {
    400: "check EXTRACTOR_MODEL and EXTRACTOR_MODE",
    401: "check EXTRACTOR_API_KEY",
    402: "check the balance of the provider's account",
    403: "check what EXTRACTOR_API_KEY may use, and EXTRACTOR_MODEL",
    404: "check EXTRACTOR_BASE_URL (with its /v1) and EXTRACTOR_MODEL",
    405: "check EXTRACTOR_BASE_URL (with its /v1)",
}


class Transient(Exception):
    """Worth another try, when its error says or later."""

    def __init__(self, error: TransportError) -> None:
        super().__init__(error.message)
        self.error = error


class Final(Exception):
    """Not worth another try."""

    def __init__(self, error: ExtractorError) -> None:
        super().__init__(error.message)
        self.error = error


class Unable(Final):
    """The provider rejects the form of the request: `param` names what, where it says so."""

    def __init__(self, error: ExtractorError, param: str, text: str) -> None:
        super().__init__(error)
        self.param = param
        self.text = text


def read_failure(error: Exception, secret: str, url: str) -> Transient | Final:
    """What an exception of the OpenAI client means; `secret` is struck out of every message."""
    import openai

    match error:
        case openai.APITimeoutError() | TimeoutError():
            return Transient(ReplyTimeout(f"no answer from {url} in time"))
        case openai.APIStatusError():
            return _read_status(error, secret, url)
        case openai.APIConnectionError():
            return _read_connection(error, secret, url)
        case ValueError() | RecursionError():
            return Transient(TransportError(f"{url} sent a reply that is not whole JSON"))
        case _:
            return Final(ProviderRefused(f"the request to {url} failed: {redact(str(error), secret)}"))


def read_body_error(body: Any, headers: Mapping[str, str], secret: str, url: str) -> Transient | Final:
    """What an answer of status 200 without choices means; some gateways put an error into it."""
    if not isinstance(body, Mapping):
        return Transient(TransportError(f"{url} sent a reply without any choice"))
    code = body.get("code")
    is_slow_down = _SLOW_DOWN.search(f"{code} {body.get('type')}")
    status = code if type(code) is int else 429 if is_slow_down else 502
    return _judge(status, dict(body), str(body.get("message", "")), headers, secret, url)


def _read_connection(error: openai.APIConnectionError, secret: str, url: str) -> Transient | Final:
    from extractor.model.bounded import AnswerTooLarge

    causes = list(_causes(error))
    cause = error.__cause__ or error
    said = redact(str(cause) or type(cause).__name__, secret)
    if any(isinstance(cause, ssl.SSLCertVerificationError) for cause in causes):
        remedy = "check EXTRACTOR_BASE_URL; an authority of your own goes into SSL_CERT_FILE"
        return Final(ProviderRefused(f"{url} shows a certificate that is not trusted: {said} ({remedy})"))
    if isinstance(error.__cause__, AnswerTooLarge):
        return Transient(TransportError(f"{url} sent no reply: {said}"))
    return Transient(TransportError(f"cannot reach {url}: {said}"))


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _read_status(error: openai.APIStatusError, secret: str, url: str) -> Transient | Final:
    body = error.body if isinstance(error.body, Mapping) else {}
    message = str(body.get("message") or error.body or error.message)
    moved_to = error.response.headers.get("location")
    if 300 <= error.status_code < 400 and moved_to:
        message = f"it points to {moved_to}, and redirects are not followed"
    return _judge(error.status_code, body, message, error.response.headers, secret, url)


def _judge(
    status: int, body: Mapping[str, Any], message: str, headers: Mapping[str, str], secret: str, url: str
) -> Transient | Final:
    said = redact(message, secret)
    marks = f"{body.get('code')} {body.get('type')} {message}"
    what = f"{url} answered {status}: {said}"
    if status == 429 and not _NO_CREDIT.search(marks):
        return Transient(RateLimited(what, asked_wait_s(headers)))
    if status in _TRANSIENT - {429} or status >= 500:
        return Transient(TransportError(what, asked_wait_s(headers)))
    if status == 413 or (status in (400, 422) and _TOO_LONG.search(marks)):
        return Final(InputTooLarge(f"the posting is too long for the model: {what}"))
    if status == 400 and _FILTERED.search(marks):
        return Final(Refusal(f"the provider's content filter stopped the request: {what}"))
    remedy = _REMEDIES[402] if status == 429 else _REMEDIES.get(status, "check EXTRACTOR_BASE_URL")
    refused = ProviderRefused(f"{what} ({remedy})")
    if status in (400, 422):
        return Unable(refused, str(body.get("param") or ""), message)
    return Final(refused)


def strike_echo(message: str, sent: str) -> str:
    """The message without what it quotes of the text that was sent: runs of words, however set apart.

    A word or a few in a row are no quote: they are what the message is about.
    """
    shown = _ESCAPE.sub(" ", message)
    words = list(_WORD.finditer(shown))
    text = f" {' '.join(_WORD.findall(sent))} "
    kept, end, start = [], 0, 0
    while start < len(words):
        stop = start
        while stop < len(words) and f" {' '.join(word[0] for word in words[start : stop + 1])} " in text:
            stop += 1
        if stop - start >= _ECHO_WORDS:
            kept += [shown[end : words[start].start()], "…"]
            end = words[stop - 1].end()
            start = stop
        else:
            start += 1
    return "".join([*kept, shown[end:]]) if kept else message


def redact(text: str, secret: str) -> str:
    """One line of at most 300 characters, the key struck out."""
    shown = text.replace(secret, "***") if secret else text
    line = " ".join(shown.split())
    return line if len(line) <= _QUOTE_CHARS else line[:_QUOTE_CHARS] + "…"
