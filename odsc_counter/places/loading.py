"""Bringing units, their spellings and the holidays of an edition into the database."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from odsc_counter.places.edition import Edition, LoadSummary, put
from odsc_counter.places.models import Holiday, Unit, UnitAlias
from odsc_counter.platform.lao import lao_normalize, search_key, sort_key

NATION = "LA"
CAPITAL = "LA01"
NATION_NAMES = ("Lao PDR", "ສປປ ລາວ")


def _kind(code: str) -> str:
    if code == NATION:
        return "nation"
    if code == CAPITAL:
        return "capital"
    return "province" if len(code) == 4 else "district"


def load_units(session: Session, edition: Edition, summary: LoadSummary) -> None:
    """Nation, provinces, districts and other spellings. Units are never removed."""
    population = {
        row["code"]: int(row["population_2015"]) for row in edition.rows("lao_province_stats.csv")
    }
    population[NATION] = sum(population.values())
    units = {unit.code: unit for unit in session.scalars(select(Unit))}
    rows = [
        {
            "level": "0",
            "code": NATION,
            "parent_code": "",
            "iso_3166_2": "LA",
            "name_en": NATION_NAMES[0],
            "name_lo": NATION_NAMES[1],
            "source": "ISO 3166-1",
        },
        *edition.rows("lao_admin.csv"),
    ]
    known = set(units)
    for level in ("0", "1", "2"):
        for row in rows:
            if row["level"] != level:
                continue
            code, name_lo = row["code"], lao_normalize(row["name_lo"])
            parent = units[row["parent_code"]] if row["parent_code"] else None
            units[code] = put(
                session,
                summary,
                units.get(code),
                lambda code=code: Unit(code=code),  # type: ignore[misc]  # bound per row
                level=int(level),
                kind=_kind(code),
                parent_id=parent.id if parent else None,
                iso_3166_2=row["iso_3166_2"] or None,
                name_en=row["name_en"],
                name_lo=name_lo,
                sort_lo=sort_key(name_lo),
                population_2015=population.get(code),
                source=row["source"],
            )
        session.flush()  # the level below needs these ids
    summary.missing += sorted(known - {row["code"] for row in rows})
    _load_aliases(session, edition, summary, units)


def _load_aliases(
    session: Session, edition: Edition, summary: LoadSummary, units: dict[str, Unit]
) -> None:
    known = {
        (alias.unit_id, alias.lang, alias.alias): alias
        for alias in session.scalars(select(UnitAlias))
    }
    for row in edition.rows("lao_admin_aliases.csv"):
        key = (units[row["code"]].id, row["lang"], lao_normalize(row["alias"]))
        known[key] = put(
            session,
            summary,
            known.get(key),
            lambda key=key: UnitAlias(  # type: ignore[misc]  # bound per row
                unit_id=key[0], lang=key[1], alias=key[2]
            ),
            search_key=search_key(key[2]),
            source=row["source"],
        )


def load_holidays(session: Session, edition: Edition, summary: LoadSummary) -> None:
    """The official calendar. A day that the edition takes back is open again from its date."""
    known = {(day.on, day.name_en): day for day in session.scalars(select(Holiday))}
    announced = set()
    for row in edition.rows("public_holidays.csv"):
        key = (date.fromisoformat(row["date"]), row["name_en"])
        announced.add(key)
        put(
            session,
            summary,
            known.get(key),
            lambda key=key: Holiday(on=key[0], name_en=key[1]),  # type: ignore[misc]  # per row
            name_lo=lao_normalize(row["name_lo"]),
            kind=row["kind"],
            is_closed=row["centre"] == "closed",
            source=row["source"],
        )
    for key, day in known.items():
        if key not in announced and day.is_closed and day.on >= edition.holds_from:
            day.is_closed = False
            summary.ended["holiday"] += 1
