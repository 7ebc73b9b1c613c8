"""The API keeps what its description promises, whatever it is asked: generated requests against every operation."""

from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given
from hypothesis import settings as effort
from pytest_django.live_server_helper import LiveServer
from schemathesis.specs.openapi.checks import positive_data_acceptance

from pinzhi.web.api import limits


def test_every_operation_answers_as_described(
    live_server: LiveServer, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.HOME = tmp_path
    monkeypatch.setattr(limits, "ANONYMOUS_PER_MINUTE", 1_000_000)
    schema = schemathesis.openapi.from_url(f"{live_server.url}/api/v1/openapi.json")

    operations = [found.ok() for found in schema.get_all_operations()]

    assert len(operations) == 29
    for operation in operations:
        _ask(operation)


def _ask(operation: Any) -> None:
    """Send a few generated requests, good and bad, and hold each answer against the description."""

    @effort(max_examples=10, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
    @given(case=operation.as_strategy())
    def ask(case: schemathesis.Case) -> None:
        case.call_and_validate(excluded_checks=[positive_data_acceptance])  # no pattern can describe a cursor

    ask()
