"""Is the Lao complete? `python -m tests.translations` extracts all texts and says what is amiss."""

import re
import subprocess
import sys
import tempfile
from pathlib import Path

import polib

ROOT = Path(__file__).parent.parent
CATALOGUE = ROOT / "translations/lo/LC_MESSAGES/messages.po"
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|%%")
LAO = re.compile("[\u0e80-\u0eff]")
SAME_IN_BOTH = re.compile(r"[\W\dA-Z]*|ODSC Counter|QR|CSV|PDF|English|.*ລາວ.*", re.DOTALL)
"""Texts without words to translate: names, signs, abbreviations."""


def texts_of_the_product() -> polib.POFile:
    """All texts that code and templates hold now."""
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "messages.pot"
        subprocess.run(
            [
                sys.executable, "-m", "babel.messages.frontend", "-q", "extract",
                "-F", "babel.cfg", "-k", "lazy_gettext", "-k", "_l", "-c", "Translators:",
                "-o", str(target), ".",
            ],
            cwd=ROOT,
            check=True,
        )  # fmt: skip
        return polib.pofile(str(target))


def faults() -> list[str]:
    """What is missing or wrong in the Lao catalogue, a line each."""
    lao = {(entry.msgctxt, entry.msgid): entry for entry in polib.pofile(str(CATALOGUE))}
    found = []
    wanted = set()
    for text in texts_of_the_product():
        key = (text.msgctxt, text.msgid)
        wanted.add(key)
        entry = lao.get(key)
        if entry is None:
            found.append(f"not in the catalogue: {text.msgid!r}")
            continue
        forms = list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]
        for form in forms:
            if not form.strip():
                found.append(f"not translated: {text.msgid!r}")
            elif not LAO.search(form) and not SAME_IN_BOTH.fullmatch(
                PLACEHOLDER.sub("", text.msgid)
            ):
                found.append(f"no Lao in it: {text.msgid!r} -> {form!r}")
            names = set(PLACEHOLDER.findall(text.msgid + (text.msgid_plural or "")))
            strange = set(PLACEHOLDER.findall(form)) - names
            missing = set(PLACEHOLDER.findall(text.msgid)) - set(PLACEHOLDER.findall(form))
            if strange or (missing and not entry.msgid_plural):
                found.append(f"placeholders differ: {text.msgid!r} -> {form!r}")
        if "fuzzy" in entry.flags:
            found.append(f"fuzzy: {text.msgid!r}")
    found += [f"no longer used: {key[1]!r}" for key in lao if key not in wanted]
    return found


if __name__ == "__main__":
    lines = faults()
    for line in lines:
        sys.stdout.write(f"{line}\n")
    sys.stdout.write(f"{len(lines)} faults in the Lao catalogue\n")
    sys.exit(bool(lines))
