"""Letters by e-mail, through the one server that the installation names; none leaves without it."""

import smtplib
import ssl
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

TIMEOUT_SECONDS = 15


class NotPosted(Exception):
    """The mail server did not take the letter; it may take it later."""


@dataclass(frozen=True)
class Post:
    """A mail server as its address names it: smtp://user:password@host:port, smtps:// for TLS.

    `smtp` asks for STARTTLS wherever the server offers it. A password is never sent in the open.
    """

    url: str
    sender: str

    def __post_init__(self) -> None:
        parts = urlsplit(self.url)
        if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
            raise ValueError("ODSC_SMTP_URL must be smtp://host:port or smtps://host:port")
        Address(addr_spec=self.sender)

    def send(self, to: str, subject: str, text: str) -> None:
        """Hand one letter over. Raises NotPosted."""
        letter = EmailMessage()
        letter["From"], letter["To"], letter["Subject"] = self.sender, to, subject
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
            with server:
                server.ehlo()
                is_private = parts.scheme == "smtps"
                if not is_private and server.has_extn("starttls"):
                    server.starttls(context=context)
                    is_private = True
                if parts.username:
                    if not is_private:
                        raise NotPosted("the server offers no encryption for the password")
                    server.login(unquote(parts.username), unquote(parts.password or ""))
                server.send_message(letter)
        except (OSError, smtplib.SMTPException) as error:
            raise NotPosted(str(error)) from error
