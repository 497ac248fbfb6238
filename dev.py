#!/usr/bin/env python3
"""Run what a contributor needs on a machine that has only Python: `python3 dev.py COMMAND`.

demo                    live through a quarter of the sample portfolio
test [PYTEST ARGS]      all but the docs' tests, on each supported Python there is; with arguments, pytest on this one
check                   ruff, mypy, import-linter, docs; stops at the first that fails
bench [--smoke] [NAME]  benchmarks
storm [--quick]         long simulations with faults
run PROGRAM [ARGS]      any program of the environment: `python3 dev.py run regua plan --help`

The first run installs a pinned uv in `.dev/`; uv makes the environments there, exactly as uv.lock says.
Whoever has uv may as well use `uv run regua` and `uv run pytest`.
"""

import sys

if sys.version_info < (3, 11):
    sys.exit("dev.py: needs Python 3.11 or later, and this is " + sys.version.split()[0])

import ast
import atexit
import functools
import glob
import importlib.util
import os
import re
import shutil
import ssl
import subprocess
import tempfile
from pathlib import Path

UV = "0.13.9"
INDEX = "https://pypi.org/simple"
PYTHONS = ("3.11", "3.12", "3.13")
CURRENT = f"{sys.version_info[0]}.{sys.version_info[1]}"
ROOT = Path(__file__).resolve().parent
EVERY_CORE = ("-n", "auto", "--dist", "loadfile", "--durations", "15", "--durations-min", "5")
INSTALL = ("-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--only-binary=:all:", f"uv=={UV}")

NO_VENV = """dev.py: this Python cannot make a virtual environment. On Debian or Ubuntu, as root:
    apt install python3-venv
Then run this again. Elsewhere install uv in any way, then `uv run --locked pytest` does what `dev.py test` does."""
NO_UV = f"""dev.py: could not install uv {UV}; the reason stands above. The first run needs a package index:
behind a proxy set HTTPS_PROXY, for another index PIP_INDEX_URL, for other certificates SSL_CERT_FILE.
By hand: install uv in any way, then `uv run --locked pytest` does what `dev.py test` does."""


def main(command: str = "help", *args: str) -> int:
    """Carry out one command and give its exit status."""
    if command == "demo":
        return in_environment("regua", "demo", *args)
    if command == "test":
        return test(*args)
    if command == "check" and not args:
        return check()
    if command in ("bench", "storm"):
        return measure(command, *args)
    if command == "run" and args:
        return in_environment(*args, cwd=None)
    print(__doc__)
    return 0 if command in ("help", "-h", "--help") else 2


def test(*args: str) -> int:
    """Run the tests on each supported Python that is installed, this one first, up to the first that fails."""
    cache = f"cache_dir={workplace() / 'pytest'}"
    if args:
        return in_environment("pytest", "-o", cache, *args)
    for version in (CURRENT, *(other for other in PYTHONS if other != CURRENT)):
        python = sys.executable if version == CURRENT else installed_python(version)
        print(f"python {version}: {python or 'not run (not installed)'}", flush=True)
        once = () if version == CURRENT else ("-m", "not one_python")
        chosen = (*EVERY_CORE, "--ignore", "tests/docs", *once)  # `check` holds the docs
        status = in_environment("pytest", "-o", cache, *chosen, version=version, python=python) if python else 0
        if status:
            return status
    return 0


def check() -> int:
    """Run every check, up to the first that fails."""
    docs = ["pytest", "-o", f"cache_dir={workplace() / 'pytest'}", *EVERY_CORE, "tests/docs"]
    imports = ["lint-imports", "--no-logo", "--cache-dir", str(workplace() / "import-linter")]
    for step in (["ruff", "check"], ["ruff", "format", "--check"], ["mypy"], imports, docs):
        if step is docs and not (ROOT / "tests/docs").is_dir():
            print("check: docs: not run (tests/docs is not there yet)")
            continue
        print("check:", *step, flush=True)
        status = in_environment(*step)
        if status:
            return status
    return 0


def measure(command: str, *args: str) -> int:
    """Run the benchmarks or the storms, once they are there."""
    folder = {"bench": "benchmarks", "storm": "storms"}[command]
    if (ROOT / "tests" / folder).is_dir():
        return in_environment("python", "-m", f"tests.{folder}", *args)
    print(f"dev.py: {command} comes with a later issue; tests/{folder} is not there yet", file=sys.stderr)
    return 2


def in_environment(*command: str, version: str = CURRENT, python: str = sys.executable, cwd: Path | None = ROOT) -> int:
    """Run a program of the locked environment of one Python, brought up to date first."""
    uv, place = prepared_uv(), workplace() / f"python{version}"
    os.environ["UV_PROJECT_ENVIRONMENT"] = str(place)
    at = ("--project", str(ROOT), "--python", python)
    public = os.environ.get("UV_DEFAULT_INDEX", INDEX).rstrip("/") == INDEX
    finished = place / "finished"
    if not finished.exists():
        print(f"dev.py: installing what uv.lock names in {place}", file=sys.stderr, flush=True)
        shutil.rmtree(place, ignore_errors=True)  # what an interrupted run left
    if not finished.exists() or not public:
        for step in installation(place, python, at, public=public):
            status = call(uv, *step)
            if status:
                return status
        finished.touch()
    return call(uv, "run", *at, "--locked" if public else "--no-sync", *command, cwd=cwd)


def installation(place: Path, python: str, at: tuple[str, ...], *, public: bool) -> list[tuple[str, ...]]:
    """Give the uv commands that install what the lock names, with its hashes."""
    if public:
        return [("sync", "--quiet", "--locked", *at)]
    wanted = str(workplace() / "requirements.txt")  # since uv takes no other index in the place of the lock's
    return [
        ("export", "--quiet", "--frozen", "--output-file", wanted, *at),
        ("venv", "--quiet", "--allow-existing", "--python", python, str(place)),
        ("pip", "sync", "--quiet", "--python", str(place), wanted),
    ]


@functools.cache
def prepared_uv() -> str:
    """Give the pinned uv, made anew where it is half made, of another version or copied, with its settings."""
    place = workplace()
    python, uv, finished = place / "uv/bin/python", place / "uv/bin/uv", place / "finished"
    mark = f"uv {UV} in {place}\n"
    ready = finished.is_file() and finished.read_text() == mark and all(os.access(p, os.X_OK) for p in (python, uv))
    if not ready:
        print(f"dev.py: installing uv {UV} in {place}", file=sys.stderr, flush=True)
        for left in place.iterdir():
            shutil.rmtree(left) if left.is_dir() else left.unlink()
        can_make = importlib.util.find_spec("venv") and importlib.util.find_spec("ensurepip")
        if not can_make or call(sys.executable, "-m", "venv", str(place / "uv")):
            sys.exit(NO_VENV)
    share_network_settings(python)
    if not ready:
        if call(str(python), *INSTALL):
            sys.exit(NO_UV)
        finished.write_text(mark)
    settings = {"UV_SYSTEM_CERTS": "true", "UV_PYTHON_DOWNLOADS": "never", "UV_HTTP_TIMEOUT": "180"}
    caches = {"RUFF_CACHE_DIR": "ruff", "MYPY_CACHE_DIR": "mypy", "HYPOTHESIS_STORAGE_DIRECTORY": "hypothesis"}
    if not user_cache():
        caches["UV_CACHE_DIR"] = "uv-cache"
    for name, value in (settings | {name: str(place / folder) for name, folder in caches.items()}).items():
        os.environ.setdefault(name, value)
    os.environ.pop("VIRTUAL_ENV", None)  # whoever runs this may be in another environment
    return str(uv)


def share_network_settings(python: Path) -> None:
    """Give uv what pip is told about the network, in its files too, and pip what uv is told."""
    pip = (str(python), "-m", "pip", "--disable-pip-version-check", "config", "list")
    listed = subprocess.run(pip, stdout=subprocess.PIPE, text=True, check=False).stdout
    of_pip = {key: ast.literal_eval(value) for key, value in re.findall(r"^\S*\.([a-z-]+)=(.*)$", listed, re.MULTILINE)}
    for key, name in {"cert": "SSL_CERT_FILE", "index-url": "UV_DEFAULT_INDEX", "proxy": "ALL_PROXY"}.items():
        if key in of_pip:
            os.environ.setdefault(name, of_pip[key])
        elif name in os.environ:
            os.environ["PIP_" + key.upper().replace("-", "_")] = os.environ[name]
    system = ssl.get_default_verify_paths().cafile
    if system and "cert" not in of_pip:
        os.environ.setdefault("PIP_CERT", system)  # older pips know only their own certificates


@functools.cache
def workplace() -> Path:
    """Choose where environments and caches live: here, else in the user's cache, else for this run alone."""
    cache = user_cache()
    name = "-".join(ROOT.parts[1:])
    for folder in (ROOT / ".dev", *([cache / "regua-dev" / name] if cache else [])):
        if is_writable(folder):
            return folder
    folder = Path(tempfile.mkdtemp(prefix="regua-dev-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def user_cache() -> Path | None:
    """Give the cache folder of this user, if there is one to write in."""
    home = os.environ.get("HOME")
    named = os.environ.get("XDG_CACHE_HOME") or (home and f"{home}/.cache")
    return Path(named) if named and is_writable(Path(named)) else None


def is_writable(folder: Path) -> bool:
    """Tell whether this user can write in the folder, which is made if it is not there."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return False
    return os.access(folder, os.W_OK | os.X_OK)


def installed_python(version: str) -> str | None:
    """Find an interpreter on PATH or among pyenv's, whose stand-ins on PATH may refuse to start."""
    on_path = [Path(folder) for folder in os.get_exec_path()]
    pyenvs = [folder.parent for folder in on_path if folder.name == "shims"]
    if "HOME" in os.environ:
        pyenvs.append(Path(os.environ["HOME"]) / ".pyenv")
    found = [str(folder / f"python{version}") for folder in on_path]
    for root in pyenvs:  # glob.glob passes over what this user may not read; Path.glob does not
        found += sorted(glob.glob(f"{root}/versions/{version}.*[0-9]/bin/python{version}"))  # noqa: PTH207
    for python in found:
        ask = (python, "-c", "import sys; print('%d.%d' % sys.version_info[:2])")
        try:
            answer = subprocess.run(ask, capture_output=True, text=True, check=False).stdout
        except OSError:
            continue
        if answer.strip() == version:
            return python
    return None


def call(*command: str, cwd: Path | None = ROOT) -> int:
    """Run a program and give its exit status; on Ctrl-C leave it time to end by itself."""
    with subprocess.Popen(command, cwd=cwd) as running:
        try:
            status = running.wait()
        except KeyboardInterrupt:
            try:
                running.wait(10)
            except subprocess.TimeoutExpired:
                running.terminate()
            raise
    return status if status >= 0 else 128 - status


if __name__ == "__main__":
    try:
        sys.exit(main(*sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
