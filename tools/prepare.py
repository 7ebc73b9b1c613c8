"""Prepare the checkout: virtual environment, locked packages, the project itself, translations, test browser.

`./run` calls this with the machine's own Python (3.11 or newer), so only the standard library is used. A step whose
inputs are unchanged is skipped; a step that was interrupted is done again; two at once wait for each other.

    python3 tools/prepare.py base            what running the platform needs
    python3 tools/prepare.py dev browser     what its tests need
"""

import fcntl
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
DONE = VENV / "prepared"  # one small file a step, holding the hash of what the step was made from
UNFINISHED = VENV / "unfinished"  # stands while packages are being installed
LOCALE = ROOT / "src" / "pinzhi" / "web" / "locale"
ENOUGH = {"base": ("base", "prod", "dev"), "prod": ("prod", "dev"), "dev": ("dev",)}  # locks that hold a lock
PIP = ("-m", "pip", "--disable-pip-version-check", "--no-input", "install", "--quiet")


def main(wanted: list[str]) -> None:
    """Do what is missing of the wanted steps."""
    lock = next(name for name in ("dev", "prod", "base") if name in wanted)
    with one_at_a_time():
        make_environment()
        install_lock(lock)
        install_project()
        compile_translations()
        if "browser" in wanted:
            run(PYTHON, ROOT / "tests" / "browser.py", quiet=True)


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Hold the checkout's folder, so that a second `./run` waits; the system lets go when the process ends."""
    folder = os.open(ROOT, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        say("另一个 ./run 正在准备，请稍候……", "Another ./run is preparing; waiting …")
        fcntl.flock(folder, fcntl.LOCK_EX)
    try:
        yield
    finally:
        os.close(folder)


def make_environment() -> None:
    """Make `.venv`; make it anew when making it or installing was broken off, or its Python or place is another."""
    if works() and not UNFINISHED.exists() and read("place") == str(ROOT):
        return
    say("创建 Python 环境 .venv", "Making the Python environment .venv")
    if has_modules("venv", "ensurepip"):
        run(sys.executable, "-m", "venv", "--clear", VENV)
    elif uv := shutil.which("uv"):
        run(uv, "venv", "--quiet", "--clear", "--seed", "--python", sys.executable, VENV)
    else:
        package = f"python3.{sys.version_info.minor}-venv"
        stop(
            f"这台机器的 Python 缺少 venv。请先运行：sudo apt install {package}",
            f"This machine's Python lacks venv. First run: sudo apt install {package}",
        )
    write("place", str(ROOT))  # scripts hold absolute paths: a checkout that was moved needs a new environment


def works() -> bool:
    """Say whether the environment's Python starts and finds pip: after an upgrade of Python it does not."""
    if not os.access(PYTHON, os.X_OK):
        return False
    code = "import sys, importlib.util as u; sys.exit(u.find_spec('pip') is None)"
    return subprocess.run([PYTHON, "-c", code], capture_output=True, check=False).returncode == 0


def install_lock(name: str) -> None:
    """Install the hash-pinned lock; the development lock holds everything that the others hold."""
    if read("lock") in {digest([lock_file(each)]) for each in ENOUGH[name]}:
        return
    say("安装 Python 包（首次约需一分钟）", "Installing Python packages (about a minute the first time)")
    UNFINISHED.touch()
    (DONE / "lock").unlink(missing_ok=True)
    if not install_with_uv(lock_file(name)):
        run(PYTHON, *PIP, "--require-hashes", "-r", lock_file(name))
    write("lock", digest([lock_file(name)]))
    UNFINISHED.unlink()


def install_with_uv(lock: Path) -> bool:
    """Install with uv where it is present, which is faster; False leaves the work to pip."""
    uv = shutil.which("uv")
    if not uv:
        return False
    command = [uv, "pip", "install", "--quiet", "--python", PYTHON, "--require-hashes", "-r", lock]
    return subprocess.run(command, cwd=ROOT, check=False).returncode == 0


def install_project() -> None:
    """Install the project itself, editable, with what the lock brought: nothing is fetched."""
    inputs = digest([ROOT / "pyproject.toml", ROOT / "hatch_build.py", ROOT / "requirements" / "base.in"])
    if read("project") == inputs and (VENV / "bin" / "pinzhi").exists():
        return
    run(PYTHON, *PIP, "--no-deps", "--no-build-isolation", "--no-index", "-e", ROOT)
    write("project", inputs)


def compile_translations() -> None:
    """Compile each part's English texts; compiled files are never committed."""
    sources = sorted(LOCALE.glob("*/*/LC_MESSAGES/*.po"))
    inputs = digest(sources)
    if read("translations") == inputs and all(source.with_suffix(".mo").exists() for source in sources):
        return
    for source in sources:
        language = source.parents[1].name
        target = source.with_suffix(".mo")
        command = [VENV / "bin" / "pybabel", "-q", "compile", "-l", language, "-i", source, "-o", target]
        run(*command)
    write("translations", inputs)


def lock_file(name: str) -> Path:
    """Return the lock of this name."""
    return ROOT / "requirements" / f"{name}.txt"


def digest(files: Iterable[Path]) -> str:
    """Hash the place of the checkout and these files: what is installed holds absolute paths."""
    found = hashlib.sha256(str(ROOT).encode())
    for file in files:
        found.update(b"\0" + file.name.encode() + b"\0" + file.read_bytes())
    return found.hexdigest()


def read(step: str) -> str:
    """Return the hash under which this step was last finished, empty when it was not."""
    file = DONE / step
    return file.read_text() if file.exists() else ""


def write(step: str, value: str) -> None:
    """Note that a step is finished, in one piece."""
    DONE.mkdir(exist_ok=True)
    draft = DONE / f".{step}"
    draft.write_text(value)
    draft.replace(DONE / step)


def has_modules(*names: str) -> bool:
    """Say whether this Python has these modules; Debian leaves some out of its smallest package."""
    return all(importlib.util.find_spec(name) is not None for name in names)


def run(*command: object, quiet: bool = False) -> None:
    """Run a step and stop with its own message when it fails."""
    shown = subprocess.DEVNULL if quiet else None
    try:
        ended = subprocess.run([str(part) for part in command], cwd=ROOT, stdout=shown, check=False)
    except KeyboardInterrupt:
        stop("已中断；下次运行会接着完成。", "Interrupted; the next run completes it.", code=130)
    if ended.returncode:
        stop(
            f"这一步没有成功：{' '.join(str(part) for part in command)}",
            "The step above failed; its own message says why. It is done again at the next run.",
        )


def say(zh: str, en: str) -> None:
    """Tell what is being done, in both languages."""
    print(f"{zh} · {en}", file=sys.stderr, flush=True)


def stop(zh: str, en: str, *, code: int = 1) -> None:
    """Stop with a sentence in both languages."""
    print(f"{zh}\n{en}", file=sys.stderr, flush=True)
    raise SystemExit(code)


if __name__ == "__main__":
    main(sys.argv[1:])
