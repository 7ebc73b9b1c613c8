"""Count the pages that people look at, by day and nothing about them; robots, staff and prefetching are left out."""

import atexit
import logging
import re
import threading
from collections import Counter
from collections.abc import Callable
from datetime import date

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone

from pinzhi.records.casework.actions.visits import add_visits
from pinzhi.web import access

EVERY_S = 20.0  # seconds between two writings of a worker
STAFF = ("city_officer", "district_officer", "chair", "supervisor", "inspector", "operator")
_WITHIN = ("/desk", "/operator", "/api", "/account", "/static")
_ROBOT = re.compile(r"bot|crawl|spider|slurp|monitor|curl|wget|python|java/|httpclient|headless|preview|scan", re.I)
_log = logging.getLogger(__name__)


class VisitCounter:
    """Counts in memory; a thread of its own writes them down now and then, so that no page waits for it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: Counter[date] = Counter()
        self._timer: threading.Timer | None = None

    def add(self, on: date) -> None:
        """Count a page of a day; it is written within ``EVERY_S`` seconds."""
        with self._lock:
            self._counts[on] += 1
            if self._timer is None:
                self._timer = threading.Timer(EVERY_S, self._in_thread)
                self._timer.daemon = True
                self._timer.start()

    def flush(self) -> None:
        """Write what was counted; what cannot be written now is kept for the next time."""
        with self._lock:
            counts, self._counts, self._timer = self._counts, Counter(), None
        if not counts:
            return
        try:
            add_visits(counts, timezone.now())
        except DatabaseError:
            _log.warning("visits not written", exc_info=True)
            with self._lock:
                self._counts.update(counts)

    def _in_thread(self) -> None:
        try:
            self.flush()
        finally:
            connection.close()


COUNTER = VisitCounter()
atexit.register(COUNTER.flush)


class VisitMiddleware:
    """Counts answers that are pages for people, unless the operator switched that off."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass the request on and count what came of it."""
        response = self.get_response(request)
        if settings.VISITS and is_visit(request, response):
            COUNTER.add(access.today())
        return response


def is_visit(request: HttpRequest, response: HttpResponseBase) -> bool:
    """Tell whether somebody looked at a public page: asked for by a person, answered in full."""
    if request.method != "GET" or response.status_code != 200 or request.path.startswith(_WITHIN):
        return False
    if not response.headers.get("Content-Type", "").startswith("text/html") or "HX-Request" in request.headers:
        return False
    if "prefetch" in f"{request.headers.get('Sec-Purpose', '')}{request.headers.get('Purpose', '')}":
        return False
    agent = request.headers.get("User-Agent", "")
    if not agent or _ROBOT.search(agent):
        return False
    if settings.SESSION_COOKIE_NAME not in request.COOKIES:
        return True  # nobody signed in: no need to ask the database who it is
    return not access.actor(request).has(*STAFF)
