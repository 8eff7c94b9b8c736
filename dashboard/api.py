"""The read API: what pages show, as JSON and BibTeX for programs.

Same queries, same limits as the pages. What does not belong here: queries, anything that changes
something.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from dashboard import bibtex
from dashboard.data import listings, papers, search, trends, warehouse
from dashboard.data.warehouse import Warehouse
from orchestration.publish.query import QueryError

MOST: Final = 100
"""Most rows of one answer."""

PERIODS: Final = ("day", "week", "month")
LISTED: Final = (
    "paper_id",
    "title",
    "authors",
    "organization_name",
    "published_on",
    "first_listed_on",
    "upvotes",
    "num_comments",
    "score",
    "topics",
    "github_url",
    "hub_url",
    "arxiv_url",
)
"""Columns of a paper in a list; one paper alone has all."""


class BadRequestError(ValueError):
    """A parameter can't be used; the message says why."""


def paper(request: Request) -> Response:
    """``/api/papers/{id}``: one paper, as JSON or with ``?format=bibtex``."""
    house = warehouse.current()
    row = papers.paper(house, papers.plain_id(request.path_params["paper_id"])).first
    if row is None:
        return _json({"error": "there is no such paper"}, status=404)
    kind = request.query_params.get("format", "json")
    if kind == "bibtex":
        return PlainTextResponse(bibtex.entry(row), media_type="application/x-bibtex")
    if kind != "json":
        raise BadRequestError("format is json or bibtex")
    return _json({"version": house.version, "paper": row})


def trending(request: Request) -> Response:
    """``/api/trending``: the best papers of the newest ``period`` (day, week, month)."""
    house = warehouse.current()
    period = request.query_params.get("period", "day")
    if period not in PERIODS:
        raise BadRequestError(f"period is one of {', '.join(PERIODS)}")
    limit = _limit(request)
    newest = listings.newest_day(house)
    if newest is None:
        return _papers(house, [], {"period": period})
    first, last = listings.period_bounds(period, newest)
    rows = listings.listing(house, first, last, "score", listings.Filters(), limit=limit).rows
    return _papers(house, rows, {"period": period, "first": first, "last": last})


def rising_topics(request: Request) -> Response:
    """``/api/topics/rising``: topics that rise, the surest first."""
    house = warehouse.current()
    rows = trends.rising_topics(house, _limit(request)).rows
    return _json({"version": house.version, "topics": rows})


def found(request: Request) -> Response:
    """``/api/search``: a page of the papers that match ``q``, in the search's own grammar."""
    house = warehouse.current()
    order = request.query_params.get("order", "relevance")
    if order not in search.ORDERS:
        raise BadRequestError(f"order is one of {', '.join(search.ORDERS)}")
    page = _whole(request, "page", 1, search.MOST_PAGES)
    try:
        result = search.search(house, request.query_params.get("q", ""), order, page)
    except QueryError as error:
        raise BadRequestError(str(error)) from None
    return _papers(house, result.papers.rows, {"matches": result.hits.matches, "page": page})


def unknown(_request: Request) -> Response:
    """Any other address."""
    return _json({"error": "there is nothing at this address"}, status=404)


def _papers(house: Warehouse, rows: list[dict[str, Any]], facts: Mapping[str, Any]) -> Response:
    listed = [{column: row[column] for column in LISTED} for row in rows]
    return _json({"version": house.version, **facts, "papers": listed})


def _limit(request: Request) -> int:
    return _whole(request, "limit", 20, MOST)


def _whole(request: Request, name: str, default: int, most: int) -> int:
    given = request.query_params.get(name, str(default))
    # At most as many digits: Python reads no number of thousands of them.
    is_number = re.fullmatch(rf"0*([0-9]{{1,{len(str(most))}}})", given)
    if not is_number or not 1 <= int(is_number[1]) <= most:
        raise BadRequestError(f"{name} is a whole number from 1 to {most}")
    return int(is_number[1])


def _json(content: Mapping[str, Any], status: int = 200) -> Response:
    body = json.dumps(content, default=_written, ensure_ascii=False)
    return Response(body, status, media_type="application/json")


def _written(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat() + ("Z" if value.tzinfo is None else "")
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"no JSON for {type(value)}")


def _safe(endpoint: Callable[[Request], Response]) -> Callable[[Request], Response]:
    def answer(request: Request) -> Response:
        try:
            return endpoint(request)
        except BadRequestError as error:
            return _json({"error": str(error)}, status=400)
        except warehouse.NoWarehouseError:
            return _json({"error": "no data has been published yet"}, status=503)

    return answer


ROUTES: Final = [
    Route("/api/papers/{paper_id:path}", _safe(paper)),
    Route("/api/trending", _safe(trending)),
    Route("/api/topics/rising", _safe(rising_topics)),
    Route("/api/search", _safe(found)),
    Route("/api/{rest:path}", unknown),
]
"""The API's routes, for ``app.py``."""
