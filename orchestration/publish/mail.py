"""One mail server's SMTP dialogue, sorted into: taken, not now, never, and can't be known.

No error here carries an address, so none gets into a log. What does not belong here: which mail is
sent to whom (``outbox.py``) and what it says (``letters.py``).
"""

from __future__ import annotations

import re
import smtplib
import ssl
from email.utils import parseaddr
from types import TracebackType
from typing import Final, Self
from urllib.parse import unquote, urlsplit

from orchestration.settings import Settings

TIMEOUT_SECONDS: Final = 60
MAILS_A_CONNECTION: Final = 100
"""Servers limit how much one connection may send; a new one costs milliseconds."""

BROKEN: Final = (smtplib.SMTPException, OSError)
"""What smtplib raises when a dialogue can't go on."""

HUNG_UP: Final = 421
"""The answer of a server that closes the connection (RFC 5321), and ours for one that just does."""

GO_ON: Final = 354
"""The answer of a server that waits for the content."""

Reply = tuple[int, str]


class MailNotSetUpError(RuntimeError):
    """No mail server is configured."""

    def __init__(self) -> None:
        super().__init__("mail is not set up: PAPERTIDE_SMTP_URL names the server")


class UnreachableError(ConnectionError):
    """The server can't be reached or does not let us in; no mail was handed over."""


class RefusedError(RuntimeError):
    """The server refused the mail; nothing was handed over.

    ``code`` 5xx means "never", any other "not now".
    """

    def __init__(self, code: int, reply: str) -> None:
        super().__init__(f"the mail server answered {code}")
        self.code = code
        self.reply = reply

    @property
    def is_final(self) -> bool:
        """Whether trying again is pointless."""
        return is_final(self.code)


class OutcomeUnknownError(RuntimeError):
    """The connection broke while the mail was handed over: it may have been taken."""


class Mailer:
    """A session with the configured server; connects when first needed.

    For each mail first :meth:`offer`, then :meth:`hand_over`. Between the two nothing was handed
    over, so that is the moment to write down that it will be.
    """

    def __init__(self, settings: Settings) -> None:
        """Prepare a session.

        Raises:
            MailNotSetUpError: no server is configured.
        """
        if settings.smtp_url is None:
            raise MailNotSetUpError
        self._url = urlsplit(settings.smtp_url.get_secret_value())
        self._sender = parseaddr(settings.mail_from)[1]
        ca_file = str(settings.smtp_ca_file) if settings.smtp_ca_file else None
        self._tls = ssl.create_default_context(cafile=ca_file)
        self._connection: smtplib.SMTP | None = None
        self._sent = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._close()

    def offer(self, recipient: str) -> None:
        """Ask whether a mail to ``recipient`` is welcome.

        Raises:
            UnreachableError: there is no connection.
            RefusedError: it is not.
        """
        if self._sent >= MAILS_A_CONNECTION:
            self._close()
        if self._connection is not None:
            try:
                return self._ask(self._connection, recipient)
            except BROKEN:
                # Servers hang up after some mails or minutes: that says nothing about this mail.
                self._drop()
        connection = self._connect()
        try:
            return self._ask(connection, recipient)
        except BROKEN as error:
            self._drop()
            raise RefusedError(HUNG_UP, f"the server hung up: {type(error).__name__}") from None

    def _ask(self, connection: smtplib.SMTP, recipient: str) -> None:
        for command, address in ((connection.mail, self._sender), (connection.rcpt, recipient)):
            code, reply = command(address)
            if code == HUNG_UP or not (_is_taken(code) or _is_refusal(code)):
                raise smtplib.SMTPResponseException(code, reply)
            if _is_refusal(code):
                raise self._refusal(code, reply)

    def withdraw(self) -> None:
        """Take the offer back."""
        self._reset()

    def hand_over(self, content: bytes) -> Reply:
        """Send the mail that was offered; give the server's answer.

        Raises:
            RefusedError: the server did not take it.
            OutcomeUnknownError: nobody knows whether it did.
        """
        if self._connection is None:
            raise RefusedError(HUNG_UP, "there is no connection")
        try:
            code, reply = self._connection.docmd("DATA")
        except BROKEN:
            self._drop()
            raise RefusedError(HUNG_UP, "the server hung up before the content") from None
        if code != GO_ON:
            raise self._refusal(code, reply)
        try:
            self._connection.send(_with_end(content))
            code, reply = self._connection.getreply()
        except BROKEN:
            self._drop()
            raise OutcomeUnknownError("the connection broke as it was handed over") from None
        if _is_refusal(code):
            raise self._refusal(code, reply)
        if not _is_taken(code):
            self._drop()
            raise OutcomeUnknownError(f"the server's answer can't be read: {code}")
        self._sent += 1
        return code, _text(reply)

    def _refusal(self, code: int, reply: bytes) -> RefusedError:
        if _is_refusal(code):
            self._reset()
        else:
            # Who knows what it says next.
            self._drop()
        return RefusedError(code, _text(reply))

    def _connect(self) -> smtplib.SMTP:
        host = self._url.hostname or ""
        try:
            if self._url.scheme == "smtps":
                connection: smtplib.SMTP = smtplib.SMTP_SSL(
                    host, self._url.port or 465, timeout=TIMEOUT_SECONDS, context=self._tls
                )
            else:
                default = 587 if self._url.scheme == "smtp" else 25
                connection = smtplib.SMTP(host, self._url.port or default, timeout=TIMEOUT_SECONDS)
        except BROKEN as error:
            raise UnreachableError(f"no connection to the mail server: {_kind(error)}") from None
        try:
            if self._url.scheme == "smtp":
                # Raises when the server offers no STARTTLS: nothing is sent in the clear.
                connection.starttls(context=self._tls)
            if self._url.username:
                connection.login(unquote(self._url.username), unquote(self._url.password or ""))
            connection.ehlo_or_helo_if_needed()
        except BROKEN as error:
            connection.close()
            raise UnreachableError(f"the mail server does not let us in: {_kind(error)}") from None
        self._connection, self._sent = connection, 0
        return connection

    def _reset(self) -> None:
        try:
            if self._connection is not None:
                self._connection.rset()
        except BROKEN:
            self._drop()

    def _drop(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _close(self) -> None:
        if self._connection is not None:
            try:
                self._connection.quit()
            except BROKEN:
                self._connection.close()
            self._connection = None


def is_final(code: int) -> bool:
    """Whether a refusal means "never"."""
    return 500 <= code <= 599


def _is_taken(code: int) -> bool:
    return 200 <= code <= 299


def _is_refusal(code: int) -> bool:
    return 400 <= code <= 599


def _with_end(content: bytes) -> bytes:
    """The content with the dot that ends it; other lines that begin with one get another."""
    return re.sub(rb"(?m)^\.", b"..", content) + b".\r\n"


def _text(reply: bytes | str) -> str:
    text = reply.decode("utf-8", "replace") if isinstance(reply, bytes) else reply
    return " ".join(text.split())[:500]


def _kind(error: Exception) -> str:
    # Its type and code only: the text of some errors repeats addresses.
    code = getattr(error, "smtp_code", None) or getattr(error, "errno", None)
    return type(error).__name__ + (f" {code}" if code else "")
