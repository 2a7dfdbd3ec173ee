"""Letters by e-mail, through the one server that the installation names; none leaves without it."""

import smtplib
import ssl
from contextlib import suppress
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from urllib.parse import unquote, urlsplit

from odsc_counter.platform import clock

TIMEOUT_SECONDS = 15


class NotPosted(Exception):
    """The mail server did not take the letter; it may take it later."""


@dataclass(frozen=True)
class Post:
    """A mail server as its address names it: smtp://user:password@host:port, smtps:// for TLS.

    `smtp` goes on with STARTTLS or not at all: a server that offers none gets no letter.
    `smtp+plain` sends in the open, for a server on the same machine; never a password.
    """

    url: str
    sender: str

    def __post_init__(self) -> None:
        parts = urlsplit(self.url)
        if parts.scheme not in ("smtp", "smtps", "smtp+plain") or not parts.hostname:
            raise ValueError(
                "ODSC_SMTP_URL must be smtp://host:port, smtps://host:port or smtp+plain://host:port"
            )
        Address(addr_spec=self.sender)

    def send(self, to: str, subject: str, text: str) -> None:
        """Hand one letter over. Raises NotPosted."""
        letter = EmailMessage()
        letter["From"], letter["To"], letter["Subject"] = self.sender, to, subject
        letter["Date"] = format_datetime(clock.now())
        letter["Message-ID"] = make_msgid(domain=Address(addr_spec=self.sender).domain)
        letter["Auto-Submitted"] = "auto-generated"
        letter.set_content(text)
        parts = urlsplit(self.url)
        host, context = str(parts.hostname), ssl.create_default_context()
        try:
            if parts.scheme == "smtps":
                server: smtplib.SMTP = smtplib.SMTP_SSL(
                    host, parts.port or 465, timeout=TIMEOUT_SECONDS, context=context
                )
            else:
                server = smtplib.SMTP(host, parts.port or 25, timeout=TIMEOUT_SECONDS)
            try:
                server.ehlo()
                if parts.scheme == "smtp":
                    server.starttls(context=context)
                if parts.username:
                    if parts.scheme == "smtp+plain":
                        raise NotPosted("a password is never sent in the open")
                    server.login(unquote(parts.username), unquote(parts.password or ""))
                server.send_message(letter)
            finally:
                # Once the letter is taken it is sent, whatever becomes of the farewell.
                with suppress(OSError, smtplib.SMTPException):
                    server.quit()
        except (OSError, smtplib.SMTPException) as error:
            raise NotPosted(str(error)) from error
