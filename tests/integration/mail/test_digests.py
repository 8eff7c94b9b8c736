"""Digests over a real mail server, with both databases."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path

import pytest

from orchestration.publish.sending import preview_digests, send_digests
from orchestration.publish.store import Frequency
from orchestration.settings import Settings
from tests.fakes.published import paper, write_version
from tests.fakes.smtp import MailServer
from tests.integration.mail.conftest import add_subscribers

HOSTILE = "<script>alert(1)</script>\n Bcc: victim@example.org <img src=x> & $x<y$"


def test_a_digest_as_it_arrives(
    mailing: Settings, server: MailServer, version: Path, now: datetime
) -> None:
    add_subscribers(mailing, {"ada@example.org": ['topic:"topic 3"', '"number 5"', "unheardof"]})
    report = send_digests(mailing, version, "daily", now)
    assert (report.delivery.sent, report.states) == (1, {"sent": 1})
    [received] = server.to("ada@example.org")
    assert received.was_encrypted
    mail = received.mail
    assert mail["Subject"] == "Papertide daily: news of 2 of your 3 searches"
    assert mail["To"] == "ada@example.org"
    assert mail["From"] == "Papertide <papertide@localhost>"
    assert abs(parsedate_to_datetime(mail["Date"]) - now) < timedelta(minutes=5)
    assert re.fullmatch(r"<[0-9a-f]{32}@localhost>", mail["Message-ID"])
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    leave = mail["List-Unsubscribe"].strip("<>")
    assert leave.startswith("http://127.0.0.1:8501/unsubscribe?token=")
    assert mail.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]
    for body in (received.part("plain"), received.part("html")):
        assert leave in body
        assert "/subscribe?token=" in body
        assert "Paper 3 on topic 3" in body
        assert "Paper 5 on topic 5" in body
        assert "Paper 4 on topic 4" not in body
        assert "http://127.0.0.1:8501/paper?paper=2611.00003" in body
        assert "opics rising" in body.replace("TOPICS RISING", "Topics rising")
    html = received.part("html")
    assert "<img" not in html
    assert "<script" not in html
    assert not re.search(r"""(src|background)=["']?http""", html)
    assert max(map(len, received.content.split(b"\r\n"))) <= 998
    # Best score first.
    assert html.index("Paper 17 on topic 3") < html.index("Paper 3 on topic 3")


def test_once_an_edition(
    mailing: Settings, server: MailServer, version: Path, now: datetime
) -> None:
    add_subscribers(mailing, {f"reader{number}@example.org": [""] for number in range(5)})
    for _ in range(3):
        report = send_digests(mailing, version, "daily", now)
    assert report.delivery.sent == 0
    assert report.states == {"sent": 5}
    assert sorted(mail.recipient for mail in server.received) == sorted(
        f"reader{number}@example.org" for number in range(5)
    )


def test_the_next_digest_has_only_what_is_new(
    mailing: Settings, server: MailServer, version: Path, now: datetime
) -> None:
    add_subscribers(mailing, {"ada@example.org": [""]})
    send_digests(mailing, version, "daily", now)
    # Nothing came since: no mail the next day.
    tomorrow = now + timedelta(days=1)
    assert send_digests(mailing, version, "daily", tomorrow).states == {"empty": 1}
    papers = [paper(number, now.date() - timedelta(days=1)) for number in range(30)]
    papers.append(paper(50, now.date(), first_observed_at=now))
    # History that was collected later is no news.
    papers.append(paper(51, now.date() - timedelta(days=90), first_observed_at=now))
    write_version(version, papers, built_at=tomorrow)
    later = now + timedelta(days=2)
    assert send_digests(mailing, version, "daily", later).states == {"sent": 1}
    first, second = server.to("ada@example.org")
    assert first.mail["Subject"] == "Papertide daily: 30 papers, all papers"
    assert second.mail["Subject"] == "Papertide daily: 1 paper, all papers"
    assert "Paper 50 on" in second.part("plain")


def test_what_is_collected_late_reaches_who_had_no_match_yet(
    mailing: Settings, server: MailServer, version: Path, now: datetime
) -> None:
    add_subscribers(mailing, {"ada@example.org": ["number 50"]})
    assert send_digests(mailing, version, "daily", now).states == {"empty": 1}
    # Listed before the subscription's first day, seen after its first edition.
    late = paper(50, now.date() - timedelta(days=4), first_observed_at=now + timedelta(hours=1))
    tomorrow = now + timedelta(days=1)
    write_version(version, [late], built_at=tomorrow)
    assert send_digests(mailing, version, "daily", tomorrow).states == {"sent": 1}
    # An earlier version that readers were pointed at does not make it news again.
    write_version(version, [paper(1, now.date() - timedelta(days=4))], built_at=now)
    assert send_digests(mailing, version, "daily", now + timedelta(days=2)).delivery.empty == 1
    write_version(version, [late], built_at=tomorrow)
    assert send_digests(mailing, version, "daily", now + timedelta(days=3)).delivery.empty == 1


def test_a_first_digest_goes_back_to_the_last_day_with_papers(
    mailing: Settings, server: MailServer, tmp_path: Path, now: datetime
) -> None:
    friday, thursday = (now.date() - timedelta(days=number) for number in (3, 4))
    papers = [paper(1, friday), paper(2, thursday)]
    version = write_version(
        tmp_path / "p.duckdb", papers, empty=frozenset({now.date()}), built_at=now
    )
    add_subscribers(mailing, {"ada@example.org": [""]})
    assert send_digests(mailing, version, "daily", now).states == {"sent": 1}
    assert server.received[0].mail["Subject"] == "Papertide daily: 1 paper, all papers"


def test_who_gets_what(mailing: Settings, server: MailServer, version: Path, now: datetime) -> None:
    add_subscribers(mailing, {"weekly@example.org": [""]}, Frequency.WEEKLY)
    add_subscribers(mailing, {"daily@example.org": [""], "none@example.org": ["unheardof"]})
    report = send_digests(mailing, version, "daily", now)
    assert report.states == {"sent": 1, "empty": 1}
    assert [mail.recipient for mail in server.received] == ["daily@example.org"]
    report = send_digests(mailing, version, "weekly", now)
    assert report.edition == f"weekly:{now:%G-W%V}"
    assert server.to("weekly@example.org")[0].mail["Subject"].startswith("Papertide weekly: 30")
    with pytest.raises(ValueError, match="hourly"):
        send_digests(mailing, version, "hourly", now)


def test_a_long_subject_in_any_script(
    mailing: Settings, server: MailServer, version: Path, now: datetime
) -> None:
    query = "paper -" + "日本語" * 100 + " -Ünï"
    add_subscribers(mailing, {"ada@example.org": [query]})
    send_digests(mailing, version, "daily", now)
    [received] = server.received
    assert received.mail["Subject"].startswith("Papertide daily: 30 papers, paper")
    assert received.content.isascii()
    assert max(map(len, received.content.split(b"\r\n"))) <= 998


def test_an_incomplete_day_is_said(
    mailing: Settings, server: MailServer, tmp_path: Path, now: datetime
) -> None:
    yesterday = now.date() - timedelta(days=1)
    version = write_version(
        tmp_path / "p.duckdb",
        [paper(1, yesterday)],
        partial=frozenset({yesterday}),
        built_at=now,
    )
    add_subscribers(mailing, {"ada@example.org": [""]})
    send_digests(mailing, version, "daily", now)
    [received] = server.received
    assert "is not complete yet" in received.part("plain")
    assert "is not complete yet" in received.part("html")


def test_strangers_text_stays_text(
    mailing: Settings, server: MailServer, tmp_path: Path, now: datetime
) -> None:
    yesterday = now.date() - timedelta(days=1)
    hostile = paper(
        1,
        yesterday,
        title=HOSTILE,
        abstract=HOSTILE * 20,
        authors=[HOSTILE],
        organization_name=HOSTILE,
        topics=[HOSTILE],
        github_url="javascript:alert(1)",
    )
    version = write_version(tmp_path / "p.duckdb", [hostile], built_at=now)
    add_subscribers(mailing, {"ada@example.org": ['"script alert"']})
    send_digests(mailing, version, "daily", now)
    [received] = server.received
    html = received.part("html")
    assert "&lt;script&gt;alert(1)&lt;/script&gt; Bcc: victim@example.org" in html
    assert "<script" not in html
    assert "<img" not in html
    assert "javascript:" not in html
    assert received.mail["Bcc"] is None
    assert '"script alert"' in received.mail["Subject"]


def test_previews_are_files_and_no_mail(
    settings: Settings, server: MailServer, version: Path, now: datetime
) -> None:
    (settings.searches / "third.yml").write_text("name: Third\nquery: topic:topic-3\n")
    (settings.searches / "nothing.yml").write_text("name: Nothing\nquery: unheardof\n")
    written = preview_digests(server.settings(settings), version, "daily", now)
    assert [path.name for path in written] == [
        "all-papers.html",
        "all-papers.txt",
        "third.html",
        "third.txt",
    ]
    assert "Paper 3 on topic 3" in (written[3]).read_text()
    # The search it leads to has the same papers, not those of all times.
    first = now.date() - timedelta(days=1)
    assert f"/search?q=topic%3Atopic-3+after%3A{first}\n" in written[3].read_text()
    (settings.searches / "third.yml").unlink()
    assert preview_digests(settings, version, "daily", now) == written[:2]
    assert sorted(written[0].parent.iterdir()) == written[:2]
    assert server.received == []


def test_without_a_mail_server_it_says_so(settings: Settings, version: Path) -> None:
    add_subscribers(settings, {"ada@example.org": [""]})
    report = send_digests(settings, version, "daily")
    assert report.delivery.problem == "mail is not set up: PAPERTIDE_SMTP_URL names the server"
    assert report.states == {}
