"""The subscribe page's answers, from the page itself (Streamlit's AppTest)."""

from __future__ import annotations

import time
from datetime import datetime

import pytest
from sqlalchemy import func, select
from streamlit.testing.v1 import AppTest

from orchestration.publish.feeds import write_feeds
from orchestration.publish.searches import SavedSearch, read_searches
from orchestration.publish.sending import send_digests
from orchestration.publish.store import Message, Subscriber, open_store
from orchestration.settings import PROJECT_ROOT, Settings, load_settings
from tests.fakes.published import paper, write_version
from tests.fakes.smtp import MailServer
from tests.integration.mail.conftest import ADA, add_subscribers, secret

PAGE = PROJECT_ROOT / "dashboard" / "pages" / "subscribe.py"
ANSWER = "Look into your mail"


@pytest.fixture
def mailed(
    settings: Settings, server: MailServer, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> Settings:
    """The process's own settings with a mail server and a published version."""
    monkeypatch.setenv("PAPERTIDE_SMTP_URL", server.url)
    monkeypatch.setenv("PAPERTIDE_SMTP_CA_FILE", str(server.ca_file))
    load_settings.cache_clear()
    path = settings.published / "papers-20261123T090000Z.duckdb"
    papers = [paper(number, now.date()) for number in range(30)]
    write_version(path, papers, built_at=now)
    settings.link.symlink_to(path.relative_to(settings.home))
    return load_settings()


def opened(**state: str) -> AppTest:
    page = AppTest.from_file(str(PAGE), default_timeout=30)
    for name, value in state.items():
        page.query_params[name] = value
    page.run()
    assert not page.exception
    return page


def subscribe(page: AppTest, email: str) -> AppTest:
    field = next(field for field in page.text_input if field.label == "E-mail")
    field.set_value(email)
    button = next(button for button in page.button if button.label == "Subscribe")
    button.click()
    page.run()
    assert not page.exception
    return page


def wait_for(server: MailServer, mails: int) -> None:
    """Mails go out in the background."""
    give_up = time.monotonic() + 20
    while len(server.received) < mails:
        assert time.monotonic() < give_up, "no mail came"
        time.sleep(0.02)


def test_subscribing(mailed: Settings, server: MailServer) -> None:
    page = opened(q="topic:topic-3")
    assert "Paper 3 on topic 3" in page.get("iframe")[0].proto.srcdoc
    subscribe(page, ADA)
    assert page.success[0].value.startswith(ANSWER)
    wait_for(server, 1)
    assert "topic topic-3" in server.to(ADA)[0].part("plain")


def test_the_same_answer_for_everybody(mailed: Settings, server: MailServer) -> None:
    add_subscribers(mailed, {ADA: [""]})
    answers = []
    for email in (ADA, "stranger@example.org", ADA, ADA, ADA, ADA):
        page = subscribe(opened(), email)
        answers.append([element.value for element in page.success])
    # Known, unknown, and asked for too often.
    assert answers == [[answers[0][0]]] * 6
    wait_for(server, 4)
    time.sleep(0.2)
    assert len(server.to(ADA)) == 3


@pytest.mark.parametrize(
    ("query", "email", "words"),
    [
        ("", "", "no e-mail address"),
        ("", "ada", "no e-mail address"),
        ("", "ada@localhost", "no host name"),
        ("", "a@b.example, c@d.example", "no e-mail address"),
        ("", "ada@example.org\nBcc: eve@example.org", "no e-mail address"),
        ("", "<script>alert(1)</script>@example.org", "can't be part of an address"),
        ("", "' or 1=1 --@example.org", "no e-mail address"),
        ("autor:ada", ADA, "there is no field autor"),
        ('"open', ADA, "quotation mark has no partner"),
        ("after:soon", ADA, "soon is no date"),
        ("has:<b>gold</b>", ADA, "has: takes code or project"),
        ("[link](javascript:alert(1)) no:field", ADA, "there is no field"),
        ("x " * 31, ADA, "at most 30 parts"),
    ],
)
def test_what_is_refused(
    mailed: Settings, server: MailServer, query: str, email: str, words: str
) -> None:
    page = subscribe(opened(q=query) if query else opened(), email)
    [error] = page.error
    # Markdown made harmless: each sign is escaped, so it is shown as typed.
    assert words in error.value.replace("\\", "")
    assert "[link](" not in error.value
    assert "<b>" not in error.value
    assert page.success == []
    with open_store(mailed).begin() as session:
        assert session.scalar(select(func.count()).select_from(Message)) == 0
        assert session.scalar(select(func.count()).select_from(Subscriber)) == 0


def test_changing_by_link(mailed: Settings, server: MailServer, now: datetime) -> None:
    add_subscribers(mailed, {ADA: ["topic:topic-3", ""]})
    send_digests(mailed, mailed.link, "daily", now)
    page = opened(token=secret(server, ADA, "subscribe"))
    assert page.text_area[0].value == "topic:topic-3\n*"
    page.text_area[0].set_value("author:second\n\n*\n")
    page.button[0].click()
    page.run()
    assert page.success[0].value.replace("\\", "") == (
        "From now on: daily, author second, all papers."
    )
    page.text_area[0].set_value("autor:x")
    page.button[0].click()
    page.run()
    assert "there is no field" in page.error[0].value
    page = opened(token="guess")
    assert page.error[0].value.startswith("This link is not valid any more")
    assert page.text_area == []


def test_saving_a_search_makes_a_feed(mailed: Settings, now: datetime) -> None:
    page = opened(q="topic:topic-3", order="newest")
    page.number_input[0].set_value(7)
    name = next(field for field in page.text_input if field.label == "Name")
    name.set_value("Third <topic>")
    save = next(button for button in page.button if button.label == "Save")
    save.click()
    page.run()
    assert "feeds/searches/third-topic.xml" in page.success[0].value.replace("\\", "")
    [file] = read_searches(mailed.searches)[0]
    assert file.search == SavedSearch(
        name="Third <topic>", query="topic:topic-3", order="newest", limit=7
    )
    write_feeds(mailed, mailed.link, now)
    shown = "".join(element.proto.body for element in opened().get("html"))
    assert '<a href="feeds/searches/third-topic.xml"' in shown
    assert "Third &lt;topic&gt;" in shown
    assert '<a href="feeds/daily.xml"' in shown


def test_a_saved_search_is_chosen_by_its_file(mailed: Settings, server: MailServer) -> None:
    # Without one nobody gets all papers by choosing one.
    assert "A saved search" not in opened().selectbox[0].options
    for slug in ("one", "two"):
        (mailed.searches / f"{slug}.yml").write_text(f"name: Mine\nquery: topic:topic-{slug}\n")
    page = opened()
    page.selectbox[0].set_value("saved").run()
    assert page.selectbox[1].options == ["Mine (one)", "Mine (two)"]
    page.selectbox[1].set_value("two").run()
    subscribe(page, ADA)
    wait_for(server, 1)
    assert "topic topic-two" in server.to(ADA)[0].part("plain")


def test_without_mail_or_data(settings: Settings) -> None:
    page = opened()
    assert "Mail is not set up here" in page.info[0].value
    assert next(button for button in page.button if button.label == "Subscribe").disabled
    assert "first publication" in " ".join(element.value for element in page.caption)
