"""What each answer of a mail server comes to, from a server that answers as told, line by line."""

from __future__ import annotations

import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from threading import Thread

import pytest

from orchestration.publish.mail import Mailer, OutcomeUnknownError, RefusedError, Reply
from orchestration.settings import Settings

ADA = "ada@example.org"
CONTENT = b"Subject: x\r\n\r\n.\r\n..dots\r\n"

HELLO = ("220 here", "250 hello")
WELCOME = (*HELLO, "250 sender", "250 recipient", "354 go on")
HANG_UP = ""


@contextmanager
def server(settings: Settings, *connections: Sequence[str]) -> Iterator[tuple[Mailer, list[bytes]]]:
    """A mailer whose server gives each connection its answers; and the contents handed over."""
    contents: list[bytes] = []

    def serve(listener: socket.socket) -> None:
        for answers in connections:
            client, _ = listener.accept()
            with client, client.makefile("rb") as lines:
                for answer in answers:
                    if answer == HANG_UP:
                        break
                    client.sendall(answer.encode() + b"\r\n")
                    line = lines.readline()
                    if answer.startswith("354"):
                        content = [line]
                        while content[-1] not in (b".\r\n", b""):
                            content.append(lines.readline())
                        contents.append(b"".join(content))

    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        thread = Thread(target=serve, args=(listener,), daemon=True)
        thread.start()
        url = f"smtp+plain://127.0.0.1:{port}"
        with Mailer(Settings(**{**settings.model_dump(), "smtp_url": url})) as mailer:
            yield mailer, contents
        thread.join(10)
        assert not thread.is_alive(), "fewer connections than expected"


def send(mailer: Mailer) -> Reply:
    mailer.offer(ADA)
    return mailer.hand_over(CONTENT)


def test_taken_as_it_was_written(settings: Settings) -> None:
    with server(settings, (*WELCOME, "250 queued", "221 bye")) as (mailer, contents):
        assert send(mailer) == (250, "queued")
    assert contents == [b"Subject: x\r\n\r\n..\r\n...dots\r\n.\r\n"]


@pytest.mark.parametrize(
    ("answers", "code"),
    [
        ((*HELLO, "550 no", "503 what"), 550),
        ((*HELLO, "250 sender", "450 later"), 450),
        ((*HELLO, "250 sender", "553 no such mailbox"), 553),
        # Not even asked for the content, so nothing can have been taken.
        ((*HELLO, "250 sender", "250 recipient", "554 no"), 554),
        ((*HELLO, "250 sender", "250 recipient", "451 later"), 451),
        ((*HELLO, "250 sender", "250 recipient", HANG_UP), 421),
        ((*HELLO, "250 sender", "250 recipient", "what"), -1),
        ((*WELCOME, "452 full"), 452),
        ((*WELCOME, "554 spam"), 554),
    ],
)
def test_refused(settings: Settings, answers: Sequence[str], code: int) -> None:
    with server(settings, answers) as (mailer, _), pytest.raises(RefusedError) as refusal:
        send(mailer)
    assert refusal.value.code == code
    assert refusal.value.is_final == (500 <= code <= 599)


@pytest.mark.parametrize("answer", [HANG_UP, "what", "2", "354 go on", "999 yes"])
def test_a_doubt(settings: Settings, answer: str) -> None:
    with server(settings, (*WELCOME, answer)) as (mailer, _), pytest.raises(OutcomeUnknownError):
        send(mailer)


@pytest.mark.parametrize("answer", [HANG_UP, "421 enough", "what"])
def test_a_server_that_takes_few_mails_a_connection(settings: Settings, answer: str) -> None:
    first = (*WELCOME, "250 queued", answer)
    with server(settings, first, (*WELCOME, "250 queued", "221 bye")) as (mailer, contents):
        send(mailer)
        send(mailer)
    assert len(contents) == 2


@pytest.mark.parametrize("answer", [HANG_UP, "421 not now", "what"])
def test_a_server_that_hangs_up_at_once_puts_this_mail_off(settings: Settings, answer: str) -> None:
    refused = (*HELLO, "250 sender", answer)
    with server(settings, refused, (*WELCOME, "250 queued", "221 bye")) as (mailer, contents):
        with pytest.raises(RefusedError) as refusal:
            send(mailer)
        assert refusal.value.code == 421
        send(mailer)
    assert len(contents) == 1
