"""A real mail server on loopback: STARTTLS, login, and refusals as scripted.

It keeps what it took. What does not belong here: what the mails should say.
"""

from __future__ import annotations

import email
import ipaddress
import socket
import ssl
import threading
from asyncio import AbstractServer
from collections import Counter, defaultdict, deque
from collections.abc import Coroutine, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP as MAIL_POLICY
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from orchestration.settings import Settings

USER, PASSWORD = "papertide", "p@ss/word"


@dataclass(frozen=True)
class Received:
    """A mail the server took."""

    recipient: str
    content: bytes
    was_encrypted: bool

    @property
    def mail(self) -> EmailMessage:
        """The mail, parsed."""
        parsed = email.message_from_bytes(self.content, policy=MAIL_POLICY)
        assert isinstance(parsed, EmailMessage)
        return parsed

    def part(self, subtype: str) -> str:
        """The text of the ``plain`` or ``html`` part."""
        body = self.mail.get_body((subtype,))
        assert body is not None
        content: str = body.get_content()
        return content


class MailServer:
    """The server; use as a context manager.

    :meth:`script` says how the next mails to an address are answered, one step a mail:
    ``"RCPT 450 …"`` and ``"DATA 451 …"`` are answers, ``"DROP"`` takes the mail and hangs up
    without an answer, ``"CUT"`` hangs up without taking it.
    """

    def __init__(self, folder: Path, tls: bool = True) -> None:
        """Prepare a server; its certificate goes to ``folder``."""
        self.received: list[Received] = []
        self.dialogues: Counter[str] = Counter()
        self.ca_file = folder / "mail-ca.pem"
        self._tls = tls
        self._lock = threading.Lock()
        self._steps: dict[str, deque[str]] = defaultdict(deque)
        listening = socket.create_server(("127.0.0.1", 0))
        self.port = listening.getsockname()[1]
        self._controller = _Controller(
            _Handler(self),
            listening,
            hostname="127.0.0.1",
            port=self.port,
            tls_context=_certificate(self.ca_file) if tls else None,
            require_starttls=tls,
            auth_required=tls,
            authenticator=_authenticate,
        )

    def __enter__(self) -> Self:
        self._controller.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._controller.stop()

    @property
    def url(self) -> str:
        """What goes into PAPERTIDE_SMTP_URL."""
        if self._tls:
            return f"smtp://{USER}:p%40ss%2Fword@127.0.0.1:{self.port}"
        return f"smtp+plain://127.0.0.1:{self.port}"

    def settings(self, settings: Settings, **more: Any) -> Settings:
        """The settings with this server as the mail server."""
        changed = {"smtp_url": self.url, "smtp_ca_file": self.ca_file if self._tls else None}
        return Settings(**{**settings.model_dump(), **changed, **more})

    def script(self, recipient: str, steps: Iterable[str]) -> None:
        """How the next mails to ``recipient`` are answered."""
        self._steps[recipient].extend(steps)

    def to(self, recipient: str) -> list[Received]:
        """What was taken for an address."""
        with self._lock:
            return [mail for mail in self.received if mail.recipient == recipient]

    def step(self, recipient: str, verb: str) -> str | None:
        """The answer scripted for the next ``verb``, if any."""
        with self._lock:
            steps = self._steps[recipient]
            if steps and (steps[0] in ("DROP", "CUT")) == (verb == "HANG"):
                if verb == "HANG":
                    return steps.popleft()
                if steps[0].startswith(verb):
                    return steps.popleft().split(" ", 1)[1]
            return None

    def keep(self, mail: Received) -> None:
        """Note a mail as taken."""
        with self._lock:
            self.received.append(mail)


# ruff: noqa: ARG002 - aiosmtpd calls these by name with all its arguments


class _Controller(Controller):
    """Serves a socket that listens already: a free port found first may be taken by then."""

    def __init__(self, handler: _Handler, listening: socket.socket, **options: Any) -> None:
        super().__init__(handler, **options)
        self._listening = listening

    def _create_server(self) -> Coroutine[Any, Any, AbstractServer]:
        return self.loop.create_server(self._factory_invoker, sock=self._listening)


class _Handler:
    def __init__(self, server: MailServer) -> None:
        self._server = server

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        self._server.dialogues[address] += 1
        answer = self._server.step(address, "RCPT") or "250 OK"
        if answer.startswith("2"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        recipient = envelope.rcpt_tos[0]
        content = envelope.content
        assert isinstance(content, bytes)
        hang = self._server.step(recipient, "HANG")
        refusal = self._server.step(recipient, "DATA") if not hang else None
        if refusal:
            return refusal
        if hang != "CUT":
            self._server.keep(Received(recipient, content, session.ssl is not None))
        if hang:
            assert server.transport is not None
            server.transport.abort()
        return "250 OK queued"


def _authenticate(
    server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any
) -> AuthResult:
    expected = LoginPassword(USER.encode(), PASSWORD.encode())
    # Not handled: the server itself is to answer a wrong login with 535.
    return AuthResult(success=data == expected, handled=False)


def _certificate(ca_file: Path) -> ssl.SSLContext:
    """A certificate of its own for 127.0.0.1, written to ``ca_file`` for clients to trust."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    address = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([address]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    ca_file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    key_file = ca_file.with_suffix(".key")
    key_file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(ca_file, key_file)
    return context
