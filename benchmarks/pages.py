"""How fast results pages come over HTTP: an open loop of requests at a fixed rate, timed from when each was due.

    python benchmarks/pages.py --rate 50 --seconds 30 --workers 2

Serves the catalogue that PINZHI_HOME (or PINZHI_DATABASE_URL) names with two workers on this machine, asks for results
pages of known items with their facets, and prints p50, p95, p99 in milliseconds. A request that had to wait for a free
connection is counted with its wait: a closed loop would hide it.
"""

import argparse
import http.client
import os
import random
import socket
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from urllib.parse import urlencode

# fmt: off
QUERIES = [
    "GB/T 19001", "质量管理体系", "医疗器械", "青岛", "试验方法", "标准 检测", "不锈钢 管", "轴承", "zhiliang",
    "technical specification", "食品安全", "有限公司 青岛", "YY/T 0287-2017", "安全要求", "19580", "卓越绩效",
    "电缆", "测定 方法", "软件", "橡胶",
]
# fmt: on
FILTERS: list[dict[str, str]] = [{}, {}, {"kind": "standard"}, {"status": "current"}, {"kind": "organisation"}]


def free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def addresses(count: int, seed: int) -> list[str]:
    """Return the addresses asked for: a fixed random mix, so that two runs ask the same."""
    chance = random.Random(seed)
    return [f"/search?{urlencode({'q': chance.choice(QUERIES)} | chance.choice(FILTERS))}" for _ in range(count)]


def wait_until_up(port: int, patience_s: float = 60) -> None:
    end = time.monotonic() + patience_s
    while time.monotonic() < end:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
            connection.request("GET", "/healthz")
            if connection.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.2)
    raise SystemExit("the server did not come up")


def load(port: int, asked: list[str], rate: float, at_once: int = 32) -> tuple[list[float], int]:
    """Ask at a fixed rate; return milliseconds from due time to last byte, sorted, and how many failed."""
    local = threading.local()
    failed = 0
    lock = threading.Lock()
    start = time.monotonic() + 0.5

    def ask(turn: int) -> float:
        nonlocal failed
        due = start + turn / rate
        time.sleep(max(0.0, due - time.monotonic()))
        try:
            if getattr(local, "connection", None) is None:
                local.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
            local.connection.request("GET", asked[turn], headers={"Accept-Language": "zh-CN"})
            response = local.connection.getresponse()
            response.read()
            if response.status != 200:
                raise OSError(response.status)
        except (OSError, http.client.HTTPException):
            local.connection = None
            with lock:
                failed += 1
        return (time.monotonic() - due) * 1000

    with ThreadPoolExecutor(at_once) as pool:
        return sorted(pool.map(ask, range(len(asked)))), failed


def percentile(ordered: list[float], share: float) -> float:
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--rate", type=float, default=50)
    options.add_argument("--seconds", type=float, default=30)
    options.add_argument("--workers", type=int, default=2)
    options.add_argument("--seed", type=int, default=20240104)
    given = options.parse_args()
    port = free_port()
    server = subprocess.Popen(
        [sys.executable, "-m", "pinzhi", "serve", "--port", str(port), "--workers", str(given.workers)],
        env=os.environ | {"PINZHI_LOG_LEVEL": "WARNING"},
        stdout=subprocess.DEVNULL,
    )
    try:
        wait_until_up(port)
        load(port, addresses(100, 1), given.rate)  # first requests open the index and compile the templates
        times, failed = load(port, addresses(int(given.rate * given.seconds), given.seed), given.rate)
    finally:
        server.terminate()
        server.wait(20)
    shares = (0.5, 0.95, 0.99)
    cells = "  ".join(f"p{share * 100:.0f} {percentile(times, share):.1f} ms" for share in shares)
    asked = f"{given.rate:g} requests/s, {given.workers} workers, {len(times)} requests, {failed} failed"
    print(f"results page, {asked}: {cells}")


if __name__ == "__main__":
    main()
