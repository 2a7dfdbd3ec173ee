"""The built files: small enough for a slow line, made once, and named by no address."""

import json
from pathlib import Path

import pytest

import hatch_build
from tests.web.sample_app import ROOT

LAO_FONTS = ("lao-400", "lao-700")
ALL_FONTS = (*LAO_FONTS, "latin-400", "latin-700")


def weight(static: Path, files: list[str], fonts: tuple[str, ...]) -> int:
    """Bytes over the line: compressed sheets and scripts, fonts as they are."""
    compressed = [static / "build" / f"{file}.br" for file in files]
    faces = [static / "vendor/fonts/web" / f"noto-sans-lao-{font}.woff2" for font in fonts]
    return sum(path.stat().st_size for path in (*compressed, *faces))


def test_the_files_of_a_phone_page_leave_room_for_the_page_itself(static: Path) -> None:
    """The whole page in a browser: test_kiosk.py."""
    assert weight(static, ["citizen.css", "status.js"], LAO_FONTS) <= 22_000


def test_a_citizen_page_asks_for_lao_fonts_only(static: Path) -> None:
    assert "-latin-" not in (static / "build/citizen.css").read_text()


def test_a_staff_page_costs_at_most_120_kb(static: Path) -> None:
    assert weight(static, ["staff.css", "staff.js", "console.js"], ALL_FONTS) <= 120_000


@pytest.mark.parametrize("suffix", ["br", "gz"])
def test_compressed_forms_lie_beside_the_files(static: Path, suffix: str) -> None:
    for name in ("staff.css", "citizen.css", "kiosk.css", "board.css", "board.js"):
        assert (static / "build" / f"{name}.{suffix}").is_file()


def test_the_fonts_for_paper_are_whole_and_carry_their_licence(static: Path) -> None:
    folder = static / "vendor/fonts/pdf"
    for name in ("NotoSansLao-Regular.ttf", "NotoSansLao-Bold.ttf"):
        assert (folder / name).read_bytes()[:4] == b"\x00\x01\x00\x00"
    assert "SIL OPEN FONT LICENSE" in (folder / "LICENSE").read_text().upper()


def test_nothing_is_built_twice(static: Path) -> None:
    assert hatch_build.build_assets(ROOT) is False


def test_the_digest_follows_every_source(tmp_path: Path) -> None:
    source = tmp_path / "a.scss"
    source.write_text("a{}")
    before = hatch_build._digest(tmp_path, [source])
    source.write_text("b{}")
    assert hatch_build._digest(tmp_path, [source]) != before


def test_a_failed_step_is_not_taken_for_a_success() -> None:
    with pytest.raises(hatch_build.AssetsFailed):
        hatch_build._check("sass", 65)


def test_the_lock_names_no_registry_and_pins_exact_versions() -> None:
    assert '"resolved"' not in (ROOT / "package-lock.json").read_text()
    wanted = json.loads((ROOT / "package.json").read_text())["devDependencies"]
    assert all(version[0].isdigit() for version in wanted.values())
