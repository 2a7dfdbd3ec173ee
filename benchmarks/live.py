"""Live boards and consoles on one served process: how soon is a call seen, and what does it cost?

    python -m benchmarks.live [--minutes 10] [--database sqlite|postgresql] [--processes 1]

20 centres, each with 5 boards on the hall's stream and 5 signed-in consoles on theirs; a console
fetches its desk after each state, as the page does. Meanwhile numbers are issued, called, served
and ended through the API, 20 calls a minute. Prints the time from sending the call to the
stream's message at each board of that hall, the time of pages meanwhile, streams that broke,
memory and processor time of the serving processes. The load shares the machine with the server.
Needs the development extras.
"""

import argparse
import asyncio
import json
import random
import statistics
import time
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from benchmarks.country import Clerk, Cost, Country, served

SERVE_SECONDS = 8.0
"""How long a person stands at the counter here; every third does not come."""
OWN_END_SECONDS = 530.0
"""A stream this old may end by itself: the server ends each after about ten minutes."""
PAGE_EVERY_SECONDS = 1.0
PAGE_REST_SECONDS = 0.2
"""So long the console's script rests when it is told again while it fetches."""
SETTLE_SECONDS = 10.0


@dataclass
class Seen:
    """What the load has measured so far."""

    sent: dict[tuple[str, str], float] = field(default_factory=dict)
    """When the call of a number of a centre was sent."""
    shown: dict[tuple[str, str], dict[int, float]] = field(default_factory=dict)
    """When each board of the centre first got a state with that number."""
    answered: list[float] = field(default_factory=list)
    desks: list[float] = field(default_factory=list)
    pages: list[float] = field(default_factory=list)
    live: int = 0
    renewed: int = 0
    dropped: int = 0
    refused: int = 0
    failed: list[str] = field(default_factory=list)


class Load:
    """All browsers and programs that are connected to a country, in one event loop."""

    def __init__(self, country: Country, boards: int, calls_a_minute: float) -> None:
        self.country = country
        self.boards = boards
        self.pause = 60 / calls_a_minute
        self.seen = Seen()
        self.over = False

    async def run(self, minutes: float) -> None:
        """Connect everybody, work for that long, and print."""
        codes = sorted({clerk.centre for clerk in self.country.clerks})
        for clerk in self.country.clerks:
            await self._post(clerk, f"counters/{clerk.counter}/claim")
        streams = [
            asyncio.create_task(self._follow(f"/c/{code}/stream", (code, board), None))
            for code in codes
            for board in range(self.boards)
        ] + [
            asyncio.create_task(self._follow(f"/c/{clerk.centre}/console/stream", None, clerk))
            for clerk in self.country.clerks
        ]
        wanted = len(streams)
        while self.seen.live < wanted:
            await asyncio.sleep(0.1)
        await asyncio.sleep(SETTLE_SECONDS)
        print(f"{wanted} streams are live", flush=True)
        self.seen.desks.clear()
        cost = Cost(self.country.workers)
        cost.look("start")
        began = time.perf_counter()
        tasks = [
            asyncio.create_task(self._callings(began + minutes * 60)),
            asyncio.create_task(self._pages(codes)),
        ]
        for minute in range(1, max(2, int(minutes))):
            await asyncio.sleep(60)
            cost.look(f"minute {minute}")
        await tasks[0]
        cost.look("end")
        self.over = True
        self._report(cost, wanted)
        for task in (*tasks, *streams):
            task.cancel()
        await asyncio.gather(*tasks, *streams, return_exceptions=True)

    async def _callings(self, until: float) -> None:
        running: set[asyncio.Task[None]] = set()
        next_at = time.perf_counter()
        while (now := time.perf_counter()) < until:
            free = [clerk for clerk in self.country.clerks if not clerk.busy]
            if free:
                task = asyncio.create_task(self._visit(random.choice(free)))
                running.add(task)
                task.add_done_callback(running.discard)
            next_at += self.pause * random.uniform(0.5, 1.5)
            await asyncio.sleep(max(0.0, min(next_at, until) - now))
        await asyncio.gather(*running)

    async def _visit(self, clerk: Clerk) -> None:
        clerk.busy = True
        try:
            number = (await self._post(clerk, "tickets", {"service": "MOPS-04"}))["number"]
            await asyncio.sleep(random.uniform(0.3, 1.5))
            began = time.perf_counter()
            called = await self._post(clerk, f"counters/{clerk.counter}/call-next")
            self.seen.answered.append(time.perf_counter() - began)
            if called:
                number = called["number"]
                self.seen.sent[clerk.centre, number] = began
                await asyncio.sleep(random.uniform(0.5, 1.0) * SERVE_SECONDS / 2)
                comes = random.random() < 2 / 3
                if comes:
                    await self._post(clerk, f"tickets/{called['id']}/start")
                    await asyncio.sleep(random.uniform(0.5, 1.0) * SERVE_SECONDS / 2)
                verb = "complete" if comes else "no-show"
                await self._post(clerk, f"tickets/{called['id']}/{verb}")
        except Exception as error:
            self.seen.failed.append(repr(error))
        finally:
            clerk.busy = False

    async def _pages(self, codes: list[str]) -> None:
        while not self.over:
            began = time.perf_counter()
            status, _body = await self._ask("GET", f"/c/{random.choice(codes)}/kiosk")
            self.seen.pages.append(time.perf_counter() - began)
            if status != 200:
                self.seen.failed.append(f"kiosk {status}")
            await asyncio.sleep(PAGE_EVERY_SECONDS)

    async def _post(self, clerk: Clerk, path: str, body: Any = None) -> Any:
        status, raw = await self._ask(
            "POST",
            f"/api/v1/centres/{clerk.centre}/{path}",
            {"Authorization": f"Bearer {clerk.token}", "Content-Type": "application/json"},
            json.dumps(body or {}).encode(),
        )
        if status >= 300:
            raise RuntimeError(f"{path}: {status} {raw[:200]!r}")
        return json.loads(raw) if raw else None

    async def _ask(
        self, method: str, path: str, headers: dict[str, str] | None = None, body: bytes = b""
    ) -> tuple[int, bytes]:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.country.port)
        try:
            writer.write(_request(method, path, {**(headers or {}), "Connection": "close"}, body))
            raw = await reader.read()
        finally:
            writer.close()
        head, _gap, answer = raw.partition(b"\r\n\r\n")
        return int(head.split(b" ", 2)[1]), answer

    async def _follow(self, path: str, board: tuple[str, int] | None, clerk: Clerk | None) -> None:
        """One page: its stream, opened again when it ends; a console also fetches its desk."""
        last = ""
        look = asyncio.Event()
        desk = asyncio.create_task(self._desk(clerk, look)) if clerk else None
        while not self.over:
            age = time.perf_counter()
            with suppress(OSError):
                reader, writer = await asyncio.open_connection(
                    "127.0.0.1", self.country.port, limit=2**20
                )
                try:
                    headers = {"Accept": "text/event-stream", "Sec-Fetch-Mode": "cors"}
                    if clerk is not None:
                        headers["Cookie"] = clerk.cookie
                    if last:
                        headers["Last-Event-ID"] = last
                    writer.write(_request("GET", path, headers))
                    status = int((await reader.readline()).split(b" ", 2)[1] or b"0")
                    if status != 200:
                        self.seen.refused += 1
                        await asyncio.sleep(3)
                        continue
                    self.seen.live += 1
                    try:
                        async for line in _lines(reader):
                            if line.startswith(b"id: "):
                                last = line[4:].decode().strip()
                            elif line.startswith(b'data: {"calls"') and board is not None:
                                self._note(*board, json.loads(line[6:]))
                            elif line.startswith(b"event: state"):
                                look.set()
                    finally:
                        self.seen.live -= 1
                finally:
                    writer.close()
            if time.perf_counter() - age >= OWN_END_SECONDS:
                self.seen.renewed += 1
                await asyncio.sleep(random.uniform(0, 0.5))
            elif not self.over:
                self.seen.dropped += 1
                await asyncio.sleep(random.uniform(1, 2))
        if desk is not None:
            desk.cancel()

    def _note(self, centre: str, board: int, state: dict[str, Any]) -> None:
        """A board got its state: which calls are on it for the first time?"""
        now = time.perf_counter()
        for call in state["calls"]:
            self.seen.shown.setdefault((centre, call["ticket"]), {}).setdefault(board, now)

    async def _desk(self, clerk: Clerk, look: asyncio.Event) -> None:
        """Fetch the desk at each sign; signs that come meanwhile are one more, a little later."""
        while await look.wait():
            look.clear()
            began = time.perf_counter()
            status, _body = await self._ask(
                "GET",
                f"/c/{clerk.centre}/console/desk",
                {"Cookie": clerk.cookie, "X-Fragment": "1", "Sec-Fetch-Mode": "cors"},
            )
            self.seen.desks.append(time.perf_counter() - began)
            if status != 200:
                self.seen.failed.append(f"desk {status}")
            if look.is_set():
                await asyncio.sleep(PAGE_REST_SECONDS)

    def _report(self, cost: "Cost", wanted: int) -> None:
        seen = self.seen
        to_board: list[float] = []
        missing = 0
        for key, sent in seen.sent.items():
            shown = [at - sent for at in seen.shown.get(key, {}).values()]
            missing += self.boards - len(shown)
            to_board += shown
        print(f"calls {len(seen.sent)}, boards that did not show one {missing}")
        print(f"call sent to board's message  {_spread(to_board)}")
        print(f"call sent to its answer       {_spread(seen.answered)}")
        print(f"a console's desk ({len(seen.desks):5})      {_spread(seen.desks)}")
        print(f"a page ({len(seen.pages):4})                 {_spread(seen.pages)}")
        print(
            f"streams: {seen.live} of {wanted} live at the end, {seen.renewed} renewed after their"
            f" ten minutes, {seen.dropped} dropped, {seen.refused} refused"
        )
        for line in cost.lines:
            print(line)
        print(f"failed requests {len(seen.failed)}", *sorted(set(seen.failed))[:5])


def _request(method: str, path: str, headers: dict[str, str], body: bytes = b"") -> bytes:
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", f"Content-Length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode() + body


async def _lines(reader: asyncio.StreamReader) -> AsyncIterator[bytes]:
    while (line := await reader.readline()) and line != b"0\r\n":  # the last chunk
        yield line


def _spread(times: list[float]) -> str:
    if len(times) < 2:
        return "nothing measured"
    middle = statistics.median(times) * 1000
    slow = statistics.quantiles(times, n=100)[98] * 1000
    return f"p50 {middle:6.1f} ms  p99 {slow:6.1f} ms  max {max(times) * 1000:6.1f} ms"


def main() -> None:
    """Serve a country, connect everybody, and print what was seen."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--calls", type=float, default=20, help="a minute, in all centres")
    parser.add_argument("--centres", type=int, default=20)
    parser.add_argument("--boards", type=int, default=5, help="in each centre")
    parser.add_argument("--consoles", type=int, default=5, help="in each centre")
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--processes", type=int, default=1, help="more than 1: PostgreSQL only")
    told = parser.parse_args()
    settings = {"ODSC_PROCESSES": str(told.processes)}
    with served(told.database, told.centres, told.consoles, settings) as country:
        asyncio.run(Load(country, told.boards, told.calls).run(told.minutes))


if __name__ == "__main__":
    main()
