"""How messages leave the house: a port, and its adapters. Without one set up, none leaves."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

import httpx

Outcome = Literal["logged", "accepted", "refused", "no_answer"]

logger = logging.getLogger("odsc_counter.messages")

TRY_AGAIN = frozenset({408, 409, 423, 425, 429})
"""Answers below 500 that speak of this moment and not of the message. 409: the same message is
being handled, as the draft on the Idempotency-Key header field has it."""
# The client's own log tells the whole address, in which GET holds the telephone number.
logging.getLogger("httpx").setLevel(logging.WARNING)


@dataclass(frozen=True)
class Letter:
    """What a gateway is given. `key` is the same at every attempt with the same message."""

    key: str
    to: str
    text: str


@dataclass(frozen=True)
class Answer:
    """What became of an attempt. `status` and `retry_after` (seconds) where HTTP told them."""

    outcome: Outcome
    status: int | None = None
    retry_after: int = 0


class Gateway(Protocol):
    """The port: takes one letter and says what became of it. Never raises."""

    @property
    def longest_seconds(self) -> float:
        """How long an attempt can take."""
        ...

    def send(self, letter: Letter) -> Answer:
        """Try to send."""
        ...


class LogGateway:
    """The default: nothing leaves. The log gets the key, never the number or the words."""

    longest_seconds = 1.0

    def send(self, letter: Letter) -> Answer:
        """Note that it would have been sent."""
        logger.info("message", extra={"key": letter.key, "letters": len(letter.text)})
        return Answer("logged")


@dataclass(frozen=True)
class HttpGateway:
    """Any gateway that takes a message by one HTTP request.

    `body` is a template: {to}, {text} and {key} are filled in wherever they stand in its
    texts. It goes as JSON, or for GET into the address.
    """

    url: str
    method: str = "POST"
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: Mapping[str, Any] = field(default_factory=lambda: {"to": "{to}", "text": "{text}"})
    timeout_seconds: float = 10.0

    @property
    def longest_seconds(self) -> float:
        """Waiting for a connection, connecting, sending and the answer take a timeout each."""
        return self.timeout_seconds * 4

    def send(self, letter: Letter) -> Answer:
        """Send it by one request; redirections are not followed."""
        filled = _filled(self.body, letter)
        content = {"params": filled} if self.method == "GET" else {"json": filled}
        headers = {**self.headers, "Idempotency-Key": letter.key}
        try:
            with httpx.stream(
                self.method, self.url, headers=headers, timeout=self.timeout_seconds, **content
            ) as response:
                # The status says it all; a body that never ends is not waited for.
                return _understood(response)
        # ValueError: a header that can't be sent. Nobody is told twice for a slip in the settings.
        except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
            logger.warning("gateway", extra={"key": letter.key, "fault": type(error).__name__})
            return Answer("no_answer")


def _understood(response: httpx.Response) -> Answer:
    status = response.status_code
    if response.is_success:
        return Answer("accepted", status)
    if status >= 500 or status in TRY_AGAIN:
        wait = response.headers.get("Retry-After", "")
        return Answer("no_answer", status, int(wait) if wait.isdecimal() else 0)
    return Answer("refused", status)


def _filled(template: Any, letter: Letter) -> Any:
    if isinstance(template, str):
        for name in ("to", "key", "text"):  # the text last: it must not be searched itself
            template = template.replace(f"{{{name}}}", getattr(letter, name))
        return template
    if isinstance(template, Mapping):
        return {name: _filled(value, letter) for name, value in template.items()}
    if isinstance(template, list):
        return [_filled(value, letter) for value in template]
    return template
