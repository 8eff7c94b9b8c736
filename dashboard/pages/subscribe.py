"""Subscribe: digests by mail, feeds, and searches saved as feeds."""

from __future__ import annotations

import re
from collections import Counter
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Final

import streamlit as st

from dashboard import markup
from dashboard.data import warehouse
from orchestration.publish.addresses import SubscriptionError
from orchestration.publish.digests import query_words
from orchestration.publish.feed_files import known_feeds
from orchestration.publish.limits import count_search
from orchestration.publish.query import QueryError, parse_query, part_text
from orchestration.publish.searches import (
    DEFAULT_PAPERS,
    MOST_PAPERS,
    ORDERS,
    SearchError,
    read_searches,
    save_search,
    validate_search,
)
from orchestration.publish.sending import deliver_soon, preview
from orchestration.publish.store import Frequency, open_store
from orchestration.publish.subscriptions import MAX_INTERESTS, ask, change, preferences
from orchestration.publish.tokens import LinkError
from orchestration.settings import load_settings

KINDS: Final = {
    "all": "All papers",
    "topic": "A topic",
    "author": "An author",
    "org": "An organization",
    "saved": "A saved search",
    "query": "A search of my own",
}
FREQUENCIES: Final = {Frequency.DAILY.value: "Every day", Frequency.WEEKLY.value: "Every week"}

ASKED: Final = (
    "Look into your mail: a message with a link is on its way. Nothing else is sent before you"
    " open it."
)

settings = load_settings()


def plain(words: str) -> str:
    """Words that may repeat what somebody typed, as Markdown that shows them as they are."""
    return re.sub(r"([^\w\s])", r"\\\1", words)


def now() -> datetime:
    """The present instant."""
    return datetime.now(UTC)


def client() -> str:
    """Who asks, for the limits."""
    return st.context.ip_address or "this machine"


def wanted_query() -> str:
    """What to get news of, as a query; empty for all papers."""
    given = st.query_params.get("q")
    saved = {file.slug: file.search for file in read_searches(settings.searches)[0]}
    kinds = [kind for kind in KINDS if kind != "saved" or saved]
    kind = st.selectbox(
        "What", kinds, index=kinds.index("query" if given else "all"), format_func=KINDS.__getitem__
    )
    if kind == "saved":
        # Two may have one name, but not one file.
        names = Counter(search.name for search in saved.values())
        shown = {
            slug: search.name if names[search.name] == 1 else f"{search.name} ({slug})"
            for slug, search in saved.items()
        }
        return saved[st.selectbox("Saved search", list(saved), format_func=shown.__getitem__)].query
    if kind == "query":
        return st.text_input(
            "Search", given or "", max_chars=500, placeholder='topic:agents "tool use"'
        )
    if kind == "all":
        return ""
    return part_text(kind, st.text_input(KINDS[kind], max_chars=200))


def subscription() -> None:
    """The subscribe box with a preview of the digest."""
    with st.container(border=True):
        query = wanted_query()
        frequency = st.segmented_control(
            "How often", list(FREQUENCIES), default="daily", format_func=FREQUENCIES.__getitem__
        )
        if settings.smtp_url is None:
            st.info("Mail is not set up here; the feeds below have the same papers.")
        with st.form("subscribe", border=False):
            email = st.text_input("E-mail", max_chars=254, placeholder="name@example.org")
            pressed = st.form_submit_button(
                "Subscribe", type="primary", disabled=settings.smtp_url is None
            )
        if pressed:
            try:
                ask(open_store(settings), email, query, frequency or "", client(), now())
            except SubscriptionError as error:
                st.error(plain(str(error)))
            else:
                # In the background, so that the answer takes as long whether a mail goes or not.
                deliver_soon(settings)
                st.success(ASKED)
    with st.expander("See the digest you would get now"):
        show_preview(query, frequency or Frequency.DAILY.value)


@st.cache_data(max_entries=100, show_spinner=False)
def digest_now(path: Path, query: str, frequency: str, day: date) -> tuple[str, str] | None:
    """The first digest of a query from a version, as HTML and text."""
    noon = datetime.combine(day, time(12), UTC)
    return preview(settings, path, [query], frequency, noon)


def show_preview(query: str, frequency: str) -> None:
    """The first digest of a query."""
    try:
        parse_query(query)
        path = warehouse.current().path
    except (QueryError, warehouse.NoWarehouseError) as error:
        st.caption(plain(str(error)))
        return
    shown = digest_now(path, query, frequency, now().date())
    if shown is None:
        st.caption("No paper of this period matches, so no mail would be sent.")
    else:
        st.iframe(shown[0], height=560)


def changing(secret: str) -> None:
    """What the link in a digest is for: change what one gets."""
    store = open_store(settings)
    try:
        held = preferences(store, secret, now())
    except LinkError as error:
        st.error(str(error))
        return
    # Set once: a default that follows what was saved would undo what is being typed.
    st.session_state.setdefault("change_frequency", held.frequency.value)
    st.session_state.setdefault("change_queries", "\n".join(query or "*" for query in held.queries))
    with st.form("change"):
        frequency = st.segmented_control(
            "How often",
            list(FREQUENCIES),
            format_func=FREQUENCIES.__getitem__,
            key="change_frequency",
        )
        lines = st.text_area(
            f"Searches, one a line, at most {MAX_INTERESTS}; a line with * is all papers",
            height=160,
            max_chars=6000,
            key="change_queries",
        )
        pressed = st.form_submit_button("Change", type="primary")
    if pressed:
        queries = [
            "" if line.strip() == "*" else line for line in lines.splitlines() if line.strip()
        ]
        try:
            held = change(store, secret, frequency or "", queries, now())
        except (SubscriptionError, LinkError) as error:
            st.error(plain(str(error)))
        else:
            what = ", ".join(query_words(query) for query in held.queries)
            st.success(plain(f"From now on: {held.frequency}, {what}."))


def feeds() -> None:
    """Every feed with its address."""
    st.subheader("Feeds", anchor=False)
    listed = known_feeds(settings)
    if not listed:
        st.caption("They are written with the first publication.")
    items = "".join(
        f'<li><a href="feeds/{markup.text(name)}.xml" type="application/atom+xml">'
        f"{markup.text(title)}</a></li>"
        for name, title in listed.items()
    )
    st.html(f'<ul class="pt-names">{items}</ul>')


def saving() -> None:
    """Save a search, which makes it a feed."""
    with st.expander("Make a feed of a search"), st.form("save", border=False):
        name = st.text_input("Name", max_chars=100)
        query = st.text_input("Search", st.query_params.get("q", ""), max_chars=500)
        orders: list[str] = list(ORDERS)
        given = st.query_params.get("order")
        order = st.selectbox(
            "Order by", orders, index=orders.index(given) if given in orders else 0
        )
        limit = st.number_input("Papers, at most", 1, MOST_PAPERS, DEFAULT_PAPERS)
        if st.form_submit_button("Save"):
            try:
                search = validate_search(name, query, order, limit)
                count_search(open_store(settings), client(), now())
                file = save_search(settings.searches, search)
            except (SearchError, SubscriptionError) as error:
                st.error(plain(str(error)))
            else:
                words = f"Saved: feeds/searches/{file.slug}.xml comes with the next publication."
                st.success(plain(words))


st.title("Subscribe", anchor=False)
st.caption("Get trending papers in your inbox, or in a feed reader.")
token = st.query_params.get("token")
if token:
    changing(token)
else:
    subscription()
    feeds()
    saving()
