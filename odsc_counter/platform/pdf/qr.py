"""A QR code drawn as vectors: sharp on every printer, and a link on a screen."""

from typing import Literal

import segno
from reportlab.platypus import Flowable

QUIET_ZONE = 4
"""White modules on every side that ISO/IEC 18004 asks for."""


class QRCode(Flowable):
    """A QR code of at least `size` points on a side, its quiet zone included.

    It grows where a module would be smaller than `module` points; with `dot`, the size of a
    printer's dot, modules are whole dots and the code may be smaller than `size`. `mask` (0 to
    7) spares the search for the pattern that reads best, most of the time that a code takes: for
    data that are as good as random, such as a signature, any pattern reads as well as another.

    `error` is the share of damage it survives: l 7 %, m 15 %, q 25 %, h 30 %. Data that begins
    with https:// can also be clicked. Raises segno's DataOverflowError for data too long.
    """

    def __init__(
        self,
        data: str,
        size: float = 70,
        error: Literal["l", "m", "q", "h"] = "m",
        *,
        module: float = 0,
        dot: float = 0,
        mask: int | None = None,
    ) -> None:
        super().__init__()
        self.data = data
        made = segno.make(data, error=error, micro=False, mask=mask)
        self._modules = tuple(bytes(row) for row in made.matrix)
        across = len(self._modules) + 2 * QUIET_ZONE
        side = size / across
        if dot:
            side = side // dot * dot
        self.width = self.height = max(side, module) * across

    def wrap(self, aW: float, aH: float) -> tuple[float, float]:
        """The space it takes, whatever there is."""
        return self.width, self.height

    def draw(self) -> None:
        """Draw the dark modules, each run in a row as one rectangle of one path."""
        count = len(self._modules)
        # Whole modules as the unit: short numbers, and no rounding between neighbours.
        module = f"{self.width / (count + 2 * QUIET_ZONE):.5f}"
        write = [f"q {module} 0 0 {module} 0 0 cm 0 g"]
        for row, modules in enumerate(self._modules):
            bottom = count + QUIET_ZONE - 1 - row
            start = 0
            while (start := modules.find(1, start)) >= 0:
                end = modules.find(0, start)
                end = count if end < 0 else end
                write.append(f"{QUIET_ZONE + start} {bottom} {end - start} 1 re")
                start = end
        self.canv.addLiteral(" ".join([*write, "f Q"]))
        if self.data.startswith("https://"):
            self.canv.linkURL(self.data, (0, 0, self.width, self.height), relative=1)
