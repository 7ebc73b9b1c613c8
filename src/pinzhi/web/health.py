"""For machines that watch this one: is the node fit to serve, and its counters."""

import ipaddress
import os
import time
from collections.abc import Callable, Iterator

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from pinzhi.records import database
from pinzhi.records.accounts import permissions
from pinzhi.records.tasks.state import states
from pinzhi.web.access import actor, now

BUCKETS_S = (0.005, 0.01, 0.02, 0.04, 0.08, 0.15, 0.3, 0.6, 1.2, 2.5, 5.0, 10.0)
REQUESTS = Counter("pinzhi_requests", "Requests answered.", ["route", "method", "status"])
SECONDS = Histogram("pinzhi_request_seconds", "Time until the answer was ready.", ["route"], buckets=BUCKETS_S)


@require_safe
@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """Answer 200 when this node can serve, 503 when its database does not answer; one statement, no rows."""
    fit = database.answers()
    return JsonResponse({"fit": fit}, status=200 if fit else 503)


@require_safe
@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """Give the counters of all workers of this node, to this machine itself or to an operator."""
    if not _comes_from_here(request):
        permissions.require(actor(request), "operate")
    registry: CollectorRegistry = REGISTRY
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        registry = CollectorRegistry()
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]  # the package leaves this one untyped
    work = CollectorRegistry()
    work.register(_BackgroundWork())
    return HttpResponse(generate_latest(registry) + generate_latest(work), content_type=CONTENT_TYPE_LATEST)


class _BackgroundWork(Collector):
    """How background work stands: the database knows, for all nodes together."""

    def collect(self) -> Iterator[Metric]:
        at, kinds = now(), ["kind"]
        waiting = GaugeMetricFamily("pinzhi_tasks_waiting", "Background tasks that wait.", labels=kinds)
        dead = GaugeMetricFamily("pinzhi_tasks_dead", "Background tasks that were given up.", labels=kinds)
        late = GaugeMetricFamily("pinzhi_tasks_late_seconds", "For how long nobody took a task.", labels=kinds)
        for one in states(at):
            waiting.add_metric([one.kind], one.waiting)
            dead.add_metric([one.kind], one.dead)
            late.add_metric([one.kind], (at - one.late_since).total_seconds() if one.late_since else 0)
        yield from (waiting, dead, late)


class MeterMiddleware:
    """Counts and times requests by route, never by address: an address may name a person."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass the request on and note its route, status and time."""
        began = time.perf_counter()
        response = self.get_response(request)
        route = request.resolver_match.route if request.resolver_match else "none"
        REQUESTS.labels(route, request.method or "", str(response.status_code)).inc()
        SECONDS.labels(route).observe(time.perf_counter() - began)
        return response


def _comes_from_here(request: HttpRequest) -> bool:
    """Say whether the request was made on this machine and not merely passed on by a proxy on it."""
    if "Forwarded" in request.headers or "X-Forwarded-For" in request.headers:
        return False
    try:
        return ipaddress.ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False
