"""Delivery over a real mail server that refuses, hangs up and hesitates; with both databases."""

from __future__ import annotations

import logging
import threading
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from orchestration.publish.doubts import doubtful
from orchestration.publish.mail import Mailer
from orchestration.publish.outbox import DeliveryReport, Letter, deliver
from orchestration.publish.sending import deliver_due, send_digests
from orchestration.publish.store import Message, State, Subscriber, open_store
from orchestration.publish.subscriptions import ask, confirm
from orchestration.publish.tries import LEASE, REFUSALS_IN_A_ROW, RETRY_AFTER
from orchestration.settings import Settings
from tests.fakes.published import paper, write_version
from tests.fakes.smtp import MailServer
from tests.integration.mail.conftest import ADA, add_subscribers, secret, subscriber_id

BOB, EVE = "bob@example.org", "eve@example.org"
SLOW = timedelta(seconds=50)
"""The clock goes on while a test runs: what a busy machine may take until a try."""


def message_of(settings: Settings, address: str) -> Message:
    with open_store(settings).begin() as session:
        rows = select(Message).where(Message.subscriber_id == subscriber_id(settings, address))
        return session.scalars(rows.order_by(Message.id.desc())).first() or pytest.fail("none")


@pytest.mark.parametrize("step", ["RCPT 450 4.2.0 greylisted", "DATA 451 4.3.0 try later"])
def test_not_now_is_tried_again(
    mailing: Settings, server: MailServer, version: Path, now: datetime, step: str
) -> None:
    add_subscribers(mailing, {ADA: [""], BOB: [""]})
    server.script(ADA, [step, step])
    report = send_digests(mailing, version, "daily", now)
    code = int(step.split()[1])
    assert (report.delivery.sent, report.delivery.deferred) == (1, 1)
    assert report.delivery.replies == {code: 1}
    assert report.states == {"sent": 1, "pending": 1}
    # Not before its time, however often it is asked.
    assert send_digests(mailing, version, "daily", now).delivery.deferred == 0
    later = now + RETRY_AFTER[0] + SLOW
    assert deliver_due(mailing, version, later).deferred == 1
    assert deliver_due(mailing, version, later).deferred == 0
    last = later + RETRY_AFTER[1] + SLOW
    assert deliver_due(mailing, version, last).sent == 1
    assert len(server.to(ADA)) == 1
    message = message_of(mailing, ADA)
    assert (message.state, message.attempts, message.reply_code) == (State.SENT, 3, 250)


def test_not_now_forever_is_given_up(
    mailing: Settings, server: MailServer, version: Path, now: datetime
) -> None:
    add_subscribers(mailing, {ADA: [""]})
    server.script(ADA, ["RCPT 450 later"] * 20)
    send_digests(mailing, version, "daily", now)
    for wait in RETRY_AFTER:
        now += wait + SLOW
        deliver_due(mailing, version, now)
    assert message_of(mailing, ADA).state == State.FAILED
    assert server.dialogues[ADA] == len(RETRY_AFTER) + 1
    assert server.received == []


@pytest.mark.parametrize("step", ["RCPT 550 5.1.1 no such user", "DATA 554 5.7.1 rejected"])
def test_never_is_never_tried_again(
    mailing: Settings, server: MailServer, version: Path, now: datetime, step: str
) -> None:
    add_subscribers(mailing, {ADA: [""], BOB: [""]})
    server.script(ADA, [step])
    report = send_digests(mailing, version, "daily", now)
    assert report.states == {"sent": 1, "failed": 1}
    send_digests(mailing, version, "daily", now)
    deliver_due(mailing, version, now + timedelta(hours=20))
    assert server.dialogues[ADA] == 1
    message = message_of(mailing, ADA)
    assert message.reply_code == int(step.split()[1])
    assert message.reply is not None
    assert message.reply in step


def test_an_address_that_is_refused_for_good_gets_no_more(
    mailing: Settings, server: MailServer, version: Path, now: datetime
) -> None:
    add_subscribers(mailing, {ADA: [""], BOB: [""]})
    server.script(ADA, ["RCPT 550 no such user"] * REFUSALS_IN_A_ROW)
    # One that is taken in between begins the count anew.
    server.script(BOB, ["RCPT 550 full", "RCPT 550 full", "RCPT 250 OK", "RCPT 550 full"])
    yesterday = now.date() - timedelta(days=1)
    for day in range(5):
        at = now + timedelta(days=day)
        write_version(version, [paper(9, yesterday, first_observed_at=at)], built_at=at)
        send_digests(mailing, version, "daily", at)
    assert server.dialogues == {ADA: REFUSALS_IN_A_ROW, BOB: 5}
    # Its owner can come back.
    ask(open_store(mailing), ADA, "", "daily", "client", now)
    assert deliver_due(mailing).sent == 1
    confirm(open_store(mailing), secret(server, ADA, "confirm"), now)
    assert send_digests(mailing, version, "daily", at).delivery.sent == 1


@pytest.mark.parametrize(("step", "arrived"), [("DROP", 1), ("CUT", 0)])
def test_a_broken_connection_is_a_doubt(
    mailing: Settings, server: MailServer, version: Path, now: datetime, step: str, arrived: int
) -> None:
    add_subscribers(mailing, {ADA: [""], BOB: [""], EVE: [""]})
    server.script(BOB, [step])
    report = send_digests(mailing, version, "daily", now)
    assert report.states == {"sent": 2, "uncertain": 1}
    for _ in range(2):
        report = send_digests(mailing, version, "daily", now)
        deliver_due(mailing, version, now + timedelta(days=1))
    [doubt] = report.doubtful
    assert doubt.subscriber_id == subscriber_id(mailing, BOB)
    assert doubt.edition == f"daily:{now:%Y-%m-%d}"
    assert len(server.to(BOB)) == arrived
    assert (len(server.to(ADA)), len(server.to(EVE))) == (1, 1)
    # The next edition has the same papers for who may have got none.
    tomorrow = send_digests(mailing, version, "daily", now + timedelta(days=1))
    assert tomorrow.states == {"empty": 2, "sent": 1}
    assert server.received[-1].recipient == BOB


def test_a_sender_that_died_leaves_a_doubt(
    mailing: Settings, server: MailServer, version: Path, now: datetime
) -> None:
    add_subscribers(mailing, {ADA: [""], BOB: [""]})
    server.script(ADA, ["RCPT 450 later"])
    send_digests(mailing, version, "daily", now)
    with open_store(mailing).begin() as session:
        # As if it had been killed between marking and the server's answer.
        session.execute(
            update(Message)
            .where(Message.state == State.PENDING)
            .values(state=State.SENDING, leased_until=now + LEASE)
        )
    # While the lease lasts the sender may be alive.
    assert deliver_due(mailing, version, now + LEASE / 2).uncertain == 0
    assert deliver_due(mailing, version, now + LEASE + timedelta(seconds=5)).uncertain == 1
    assert [doubt.subscriber_id for doubt in doubtful(open_store(mailing))] == [
        subscriber_id(mailing, ADA)
    ]
    assert server.to(ADA) == []


def test_what_could_not_be_delivered_is_part_of_the_next(
    mailing: Settings, server: MailServer, version: Path, now: datetime
) -> None:
    add_subscribers(mailing, {ADA: [""]})
    server.script(ADA, ["RCPT 450 later"])
    send_digests(mailing, version, "daily", now)
    tomorrow = now + timedelta(days=1)
    papers = [paper(number, now.date() - timedelta(days=1)) for number in range(30)]
    papers.append(paper(50, now.date(), first_observed_at=now))
    write_version(version, papers, built_at=tomorrow)
    assert send_digests(mailing, version, "daily", tomorrow).states == {"sent": 1}
    # The first digest still goes a day back from its day, so both days are in it.
    [received] = server.received
    assert "Paper 50 on" in received.part("plain")
    deliver_due(mailing, version, tomorrow + timedelta(days=1))
    assert len(server.received) == 1


def test_two_senders_share_the_work(
    mailing: Settings, server: MailServer, version: Path, now: datetime
) -> None:
    addresses = [f"reader{number}@example.org" for number in range(60)]
    add_subscribers(mailing, {address: [""] for address in addresses})
    threads = [
        threading.Thread(target=send_digests, args=(mailing, version, "daily", now))
        for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(mail.recipient for mail in server.received) == sorted(addresses)
    assert send_digests(mailing, version, "daily", now).states == {"sent": 60}


@pytest.mark.parametrize("step", ["RCPT 450 4.7.1 one at a time", "RCPT 550 5.7.1 no"])
def test_a_refusal_leaves_the_message_of_another_sender_alone(
    mailing: Settings, server: MailServer, now: datetime, step: str
) -> None:
    store = open_store(mailing)
    ask(store, ADA, "", "daily", "client", now)

    def taken_meanwhile(_message: Message, _subscriber: Subscriber) -> Letter:
        # Another sender marks it between this one's reading and offering.
        with store.begin() as session:
            session.execute(update(Message).values(state=State.SENDING, leased_until=now + LEASE))
        return Letter(b"Subject: x\r\n\r\nx\r\n")

    server.script(ADA, [step])
    with Mailer(mailing) as mailer:
        report = deliver(store, mailer, taken_meanwhile, now=lambda: now)
    assert report == DeliveryReport()
    message = message_of(mailing, ADA)
    assert (message.state, message.attempts, message.reply_code) == (State.SENDING, 0, None)


def test_a_letter_that_cannot_be_written_stops_no_other(
    mailing: Settings, server: MailServer, version: Path, now: datetime
) -> None:
    add_subscribers(mailing, {ADA: ["no:field"], BOB: [""]})
    report = send_digests(mailing, version, "daily", now)
    assert report.states == {"failed": 1, "sent": 1}
    assert report.delivery.problem == "a letter could not be written: QueryError"
    assert [mail.recipient for mail in server.received] == [BOB]


def test_one_report_of_confirmations_and_digests(
    mailing: Settings, server: MailServer, version: Path, now: datetime
) -> None:
    add_subscribers(mailing, {ADA: [""]})
    server.script(ADA, ["RCPT 450 later", "RCPT 451 later"])
    send_digests(mailing, version, "daily", now)
    server.script(BOB, ["RCPT 452 later"])
    ask(open_store(mailing), BOB, "", "daily", "client", now)
    ask(open_store(mailing), EVE, "", "daily", "client", now)
    report = deliver_due(mailing, version, now + RETRY_AFTER[0] + SLOW)
    assert report == DeliveryReport(sent=1, deferred=2, replies=Counter({451: 1, 452: 1}))


def test_an_unreachable_server_costs_nothing(
    settings: Settings, version: Path, now: datetime, tmp_path: Path
) -> None:
    add_subscribers(settings, {ADA: [""], BOB: [""]})
    with MailServer(tmp_path) as server:
        mailing = server.settings(settings)
    report = send_digests(mailing, version, "daily", now)
    assert report.delivery.problem is not None
    assert "no connection to the mail server" in report.delivery.problem
    assert report.states == {"pending": 2}
    assert message_of(mailing, ADA).attempts == 0


def test_nothing_is_sent_in_the_clear_or_to_a_stranger(
    settings: Settings, version: Path, now: datetime, tmp_path: Path
) -> None:
    add_subscribers(settings, {ADA: [""]})
    with MailServer(tmp_path, tls=False) as plain:
        # The server offers no STARTTLS although it is demanded.
        changed = plain.settings(settings, smtp_url=f"smtp://127.0.0.1:{plain.port}")
        report = send_digests(changed, version, "daily", now)
        assert "does not let us in: SMTPNotSupportedError" in (report.delivery.problem or "")
        assert plain.received == []
        # Asked for plainly, it goes plainly.
        assert send_digests(plain.settings(settings), version, "daily", now).delivery.sent == 1
        assert not plain.received[0].was_encrypted
    add_subscribers(settings, {BOB: [""]})
    with MailServer(tmp_path) as server:
        unknown = server.settings(settings, smtp_ca_file=None)
        report = send_digests(unknown, version, "daily", now)
        assert "SSLCertVerificationError" in (report.delivery.problem or "")
        wrong = server.settings(settings, smtp_url=f"smtp://x:y@127.0.0.1:{server.port}")
        report = send_digests(wrong, version, "daily", now)
        assert "SMTPAuthenticationError 535" in (report.delivery.problem or "")
        assert server.received == []


def test_no_address_in_logs(
    mailing: Settings,
    server: MailServer,
    version: Path,
    now: datetime,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(logging.DEBUG, logger="orchestration")
    caplog.set_level(logging.INFO, logger="sqlalchemy")
    add_subscribers(mailing, {ADA: [""], BOB: [""], EVE: [""]})
    server.script(ADA, ["RCPT 550 no ada@example.org here"])
    server.script(BOB, ["RCPT 450 bob@example.org later"])
    server.script(EVE, ["DROP"])
    report = send_digests(mailing, version, "daily", now)
    captured = capfd.readouterr()
    assert any("UPDATE outbox" in line for line in caplog.messages)
    # The fake server's own log is not ours.
    ours = [record.getMessage() for record in caplog.records if record.name != "mail.log"]
    said = "".join(ours) + captured.out + captured.err + repr(report)
    assert "example.org" not in said
