"""A QR code drawn as vectors: sharp on every printer, and a link on a screen."""

from typing import Literal

import segno
from reportlab.lib.colors import black
from reportlab.platypus import Flowable

QUIET_ZONE = 4
"""White modules on every side that ISO/IEC 18004 asks for."""


class QRCode(Flowable):
    """A QR code of `size` points on a side, its quiet zone included.

    `error` is the share of damage it survives: l 7 %, m 15 %, q 25 %, h 30 %. Data that begins
    with https:// can also be clicked. Raises segno's DataOverflowError for data too long.
    """

    def __init__(
        self, data: str, size: float = 70, error: Literal["l", "m", "q", "h"] = "m"
    ) -> None:
        super().__init__()
        self.data = data
        self.width = self.height = size
        self._modules = tuple(
            bytes(row) for row in segno.make(data, error=error, micro=False).matrix
        )

    def wrap(self, aW: float, aH: float) -> tuple[float, float]:
        """The space it takes, whatever there is."""
        return self.width, self.height

    def draw(self) -> None:
        """Draw the dark modules, each run in a row as one rectangle of one path."""
        count = len(self._modules)
        module = self.width / (count + 2 * QUIET_ZONE)
        path = self.canv.beginPath()
        for row, modules in enumerate(self._modules):
            bottom = self.height - (QUIET_ZONE + row + 1) * module
            start = 0
            while (start := modules.find(1, start)) >= 0:
                end = modules.find(0, start)
                end = count if end < 0 else end
                path.rect((QUIET_ZONE + start) * module, bottom, (end - start) * module, module)
                start = end
        self.canv.saveState()
        self.canv.setFillColor(black)
        self.canv.drawPath(path, stroke=0, fill=1)
        self.canv.restoreState()
        if self.data.startswith("https://"):
            self.canv.linkURL(self.data, (0, 0, self.width, self.height), relative=1)
