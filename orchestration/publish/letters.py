"""Mails as messages of RFC 5322: text and HTML side by side, links with fresh secrets.

What does not belong here: which papers a digest has (``digests.py``) and sending (``outbox.py``).
"""

from __future__ import annotations

import json
import re
from datetime import datetime, timedelta
from email.header import Header
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.policy import compat32
from email.utils import format_datetime, formataddr, parseaddr
from typing import Final

from orchestration.publish.digests import Digest, query_words
from orchestration.publish.links import Links
from orchestration.publish.outbox import Letter
from orchestration.publish.rendering import render
from orchestration.publish.store import Frequency, Message, Purpose, Subscriber
from orchestration.publish.tokens import new_token
from orchestration.settings import Settings

_PLAIN_WORDS: Final = re.compile(r"(?:[^\W\d_]|\d(?!\d{3})|[ '&+-]|\.(?= |$)){1,60}")
"""Names of people and topics: no addresses, no long numbers, no messages."""

# Long lines stay whole up to SMTP's limit: not every mail program unfolds List-Unsubscribe.
WIRE: Final = compat32.clone(linesep="\r\n", max_line_length=998)


def confirmation_letter(
    settings: Settings, message: Message, subscriber: Subscriber, now: datetime
) -> Letter:
    """The mail whose link starts what somebody asked for."""
    links = Links(settings.public_url)
    wanted = json.loads(message.payload)
    expires_at = now + timedelta(hours=settings.confirmation_hours)
    secret, token = new_token(subscriber.id, Purpose.CONFIRM, expires_at, wanted)
    values = {
        "what": _in_our_words(wanted["query"]),
        "frequency": wanted["frequency"],
        "link": links.confirm(secret),
        "hours": settings.confirmation_hours,
        "home": links.home,
    }
    mail = _mail(
        settings,
        message,
        subscriber,
        now,
        subject="Confirm your Papertide digest",
        text=render("confirmation.txt", **values),
        html=render("confirmation.html", **values),
    )
    return Letter(mail.as_bytes(policy=WIRE), (token,))


def _in_our_words(query: str) -> str:
    """What is asked for, without what a stranger may want to tell the reader of a mail."""
    words = query_words(query)
    if words == query or not _PLAIN_WORDS.fullmatch(words):
        return "a search of your own"
    return words


def digest_letter(
    settings: Settings,
    message: Message,
    subscriber: Subscriber,
    digest: Digest,
    covered_us: int,
    now: datetime,
) -> Letter:
    """A digest with links to change it and to leave, the latter also as one click."""
    links = Links(settings.public_url)
    expires_at = now + timedelta(days=settings.mail_link_days)
    leave_secret, leave_token = new_token(subscriber.id, Purpose.UNSUBSCRIBE, expires_at)
    change_secret, change_token = new_token(subscriber.id, Purpose.CHANGE, expires_at)
    leave = links.unsubscribe(leave_secret)
    values = {"digest": digest, "leave": leave, "change": links.change(change_secret)}
    mail = _mail(
        settings,
        message,
        subscriber,
        now,
        subject=digest.subject,
        text=render("digest.txt", **values),
        html=render("digest.html", **values),
    )
    mail["List-Id"] = f"Papertide {Frequency(subscriber.frequency)} digest <digest.{links.host}>"
    mail["List-Unsubscribe"] = f"<{leave}>"
    mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return Letter(mail.as_bytes(policy=WIRE), (leave_token, change_token), covered_us)


def _mail(
    settings: Settings,
    message: Message,
    subscriber: Subscriber,
    now: datetime,
    subject: str,
    text: str,
    html: str,
) -> MIMEMultipart:
    # The older classes: EmailMessage parses each header it is given, which takes longer than
    # rendering the mail. What is put into headers here holds no line breaks.
    mail = MIMEMultipart("alternative")
    mail["From"] = formataddr(parseaddr(settings.mail_from))
    mail["To"] = subscriber.email
    mail["Subject"] = subject if subject.isascii() else Header(subject, "utf-8").encode(linesep="")
    mail["Date"] = format_datetime(now)
    # The same for every try of one message, so that a server can tell a repetition.
    host = parseaddr(settings.mail_from)[1].rpartition("@")[2] or "localhost"
    mail["Message-ID"] = f"<{message.message_id}@{host}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.attach(MIMEText(text, "plain", "utf-8"))
    mail.attach(MIMEText(html, "html", "utf-8"))
    return mail
