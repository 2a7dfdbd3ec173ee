"""What goes in and what comes out, as JSON Schema (2020-12): declared here and nowhere else.

`bodies` holds requests against these, `openapi` publishes them, and the tests hold answers
against them. Amounts are whole kip; times are UTC; an id is a UUID.
"""

from typing import Any

from odsc_counter.catalogue.fee_rules import PARTS, RULES
from odsc_counter.monitoring.figures import DAY_FIGURES
from odsc_counter.platform.money import LARGEST_KIP
from odsc_counter.tickets.lifecycle import LIFECYCLE as TICKET
from odsc_counter.tickets.models import PRIORITY_REASONS

Schema = dict[str, Any]

PRINTABLE = "^[^\\u0000-\\u001f\\u007f]*$"
ID: Schema = {"type": "string", "format": "uuid"}
TIME: Schema = {"type": "string", "format": "date-time"}
DAY: Schema = {"type": "string", "format": "date"}
COUNT: Schema = {"type": "integer", "minimum": 0}
KIP: Schema = {"type": "integer", "minimum": -LARGEST_KIP, "maximum": LARGEST_KIP}
CASH: Schema = {"type": "integer", "minimum": 0, "maximum": LARGEST_KIP}
TEXT: Schema = {"type": "string"}
LINK: Schema = {"type": "string", "format": "uri-reference"}
SERVICE: Schema = {
    "type": "string",
    "maxLength": 12,
    "pattern": "^[A-Z]+-[0-9]+$",
    "description": "Code of the national catalogue",
    "examples": ["MOPS-04"],
}
PAPER: Schema = {
    "type": "string",
    "maxLength": 12,
    "pattern": "^[A-Za-z0-9_-]+$",
    "description": "Code of a kind of paper, as `services` gives it",
}
FEE: Schema = {
    "type": "string",
    "maxLength": 8,
    "pattern": "^[A-Za-z0-9_-]+$",
    "description": "Code of a line of the service's published fees; needed if it has several",
    "examples": ["BASE"],
}
MEASURE: Schema = {
    "type": "integer",
    "minimum": 0,
    "maximum": 10**9,
    "description": "What a stepped fee goes by, such as cc",
}
VALUE: Schema = {
    "type": "integer",
    "minimum": 0,
    "maximum": 10**13,
    "description": "The declared value, in kip, of which the fee is a percentage",
}
DAYS_LATE: Schema = {"type": "integer", "minimum": 0, "maximum": 36_500}
QUANTITY: Schema = {"type": "integer", "minimum": 1, "maximum": 999}
LANGUAGE: Schema = {"type": "string", "enum": ["lo", "en"]}
SCHEMAS: dict[str, Schema] = {}


def _text(longest: int, pattern: str = PRINTABLE) -> Schema:
    return {"type": "string", "maxLength": longest, "pattern": pattern}


def _or_null(schema: Schema) -> Schema:
    # An enumeration must list null itself.
    more = {"enum": [*schema["enum"], None]} if "enum" in schema else {}
    return {**schema, **more, "type": [schema["type"], "null"]}


def _list(schema: Schema) -> Schema:
    return {"type": "array", "items": schema}


def _ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def _object(properties: Schema, optional: tuple[str, ...] = ()) -> Schema:
    return {
        "type": "object",
        "properties": properties,
        "required": [name for name in properties if name not in optional],
        "additionalProperties": False,
    }


def _schema(
    name: str,
    properties: Schema,
    *,
    optional: tuple[str, ...] = (),
    example: object = None,
    **more: object,
) -> Schema:
    schema: Schema = {"title": name, **_object(properties, optional), **more}
    if example is not None:
        schema["examples"] = [example]
    SCHEMAS[name] = schema
    return schema


NAME = _schema("Name", {"lo": TEXT, "en": TEXT}, description="A name in both languages")

# Requests

NEW_TICKET = _schema(
    "NewTicket",
    {
        "service": SERVICE,
        "priority": {
            "type": "string",
            "enum": list(PRIORITY_REASONS),
            "description": "Why the person goes first; left out for all others",
        },
        "language": {**LANGUAGE, "description": "Language of the calls; lo when left out"},
    },
    optional=("priority", "language"),
    example={"service": "MOPS-04", "priority": "elderly", "language": "lo"},
)
ANSWERS: dict[str, Any] = {"type": "object"}
NEW_APPLICATION = _schema(
    "NewApplication",
    {
        "service": SERVICE,
        "applicant": _object(
            {
                "full_name": {**_text(160), "description": "As on the identity card"},
                "phone": _text(20),
                "id_number": _text(40),
                "village": _text(120),
            },
            optional=("phone", "id_number", "village"),
        ),
        "papers": {
            "type": "array",
            "items": PAPER,
            "maxItems": 50,
            "uniqueItems": True,
            "description": "The papers that were handed in; when one is missing, the"
            " application is incomplete",
        },
        "answers": {**ANSWERS, "description": "As the service's `form` says"},
        "ticket": {**ID, "description": "The ticket on which it was taken"},
    },
    optional=("answers", "ticket"),
    example={
        "service": "MOPS-04",
        "applicant": {"full_name": "ທ. ສົມຊາຍ ວົງສະຫວັນ", "village": "ບ້ານ ໂພນໄຊ"},
        "papers": [],
    },
)
CASE = {"measure": MEASURE, "declared_value": VALUE, "days_late": DAYS_LATE}
CHARGE: Schema = _object({"fee": FEE, "quantity": QUANTITY, **CASE}, optional=("quantity", *CASE))
EXEMPTION: Schema = _object(
    {
        "class": _text(20, "^[A-Za-z0-9-]+$"),
        "paper": {**_text(160), "description": "The paper that was seen, with its number"},
    }
)
NEW_ASSESSMENT = _schema(
    "NewAssessment",
    {
        "fee": FEE,
        "quantity": QUANTITY,
        **CASE,
        "added": {**_list(CHARGE), "maxItems": 20, "description": "Extras and fines"},
        "exemption": EXEMPTION,
    },
    optional=("fee", "quantity", *CASE, "added", "exemption"),
    example={"fee": "BASE", "quantity": 1},
    description="No amount can be sent: it is computed by the published schedule.",
)
NEW_TILL = _schema(
    "NewTill",
    {"float_kip": {**CASH, "description": "What was counted into the drawer"}},
    example={"float_kip": 500_000},
)
METHOD = {"type": "string", "enum": ["cash", "transfer", "qr"]}
NEW_RECEIPT = _schema(
    "NewReceipt",
    {
        "application": {**ID, "description": "Assess this application and take the cash"},
        "assessment": {**ID, "description": "Or: take the cash for this assessment"},
        "fee": FEE,
        "quantity": QUANTITY,
        "method": METHOD,
        "tendered_kip": {**CASH, "description": "The cash that the citizen handed over"},
        "reference": {**TEXT, "description": "The number of a transfer or QR payment"},
    },
    optional=(
        "application",
        "assessment",
        "fee",
        "quantity",
        "method",
        "tendered_kip",
        "reference",
    ),
    example={
        "application": "01980000-0000-7000-8000-000000000001",
        "fee": "BASE",
        "tendered_kip": 50_000,
    },
    description="Names either an application (with a fee) or an assessment.",
)
PERIOD: Schema = _object({"from": DAY, "to": DAY})
PDF_CHOICE: Schema = _object({"language": LANGUAGE}, optional=("language",))

# Answers

_schema(
    "Ticket",
    {
        "id": ID,
        "number": {**TEXT, "description": "Letter and number as people read it"},
        "position": {
            **COUNT,
            "description": "Place in the queue: 1 is called next; 0 when not waiting",
        },
        "state": {"type": "string", "enum": sorted(TICKET.states)},
        "service": SERVICE,
        "priority": _or_null({"type": "string", "enum": list(PRIORITY_REASONS)}),
        "language": LANGUAGE,
        "counter": _or_null(COUNT),
        "call_count": COUNT,
        "issued_at": TIME,
        "called_at": _or_null(TIME),
        "started_at": _or_null(TIME),
        "ended_at": _or_null(TIME),
        "status_url": {**LINK, "description": "The citizen's own page; a secret of the paper"},
    },
    example={
        "id": "01980000-0000-7000-8000-000000000001",
        "number": "A007",
        "position": 3,
        "state": "waiting",
        "service": "MOPS-04",
        "priority": None,
        "language": "lo",
        "counter": None,
        "call_count": 0,
        "issued_at": "2026-01-05T02:14:09.120000Z",
        "called_at": None,
        "started_at": None,
        "ended_at": None,
        "status_url": "/c/LA0101/t/7K3M9QWX2HTR",
    },
)
_schema(
    "Counter",
    {"number": COUNT, "is_claimed": {"type": "boolean"}, "claimed_at": _or_null(TIME)},
    example={"number": 3, "is_claimed": True, "claimed_at": "2026-01-05T01:00:00.000000Z"},
)
_schema(
    "Board",
    {
        "calls": _list(
            _object(
                {
                    "id": {**TEXT, "description": "New with each recall"},
                    "number": TEXT,
                    "counter": COUNT,
                    "called_at": TIME,
                }
            )
        ),
        "waiting": COUNT,
    },
    description="The latest calls, newest first, and how many wait",
)
_schema(
    "Paper",
    {"code": PAPER, "name": _ref("Name")},
)
_schema(
    "Fee",
    {
        "code": FEE,
        "name": _ref("Name"),
        "part": {"type": "string", "enum": list(PARTS)},
        "rule": {"type": "string", "enum": list(RULES)},
        "words": {**_ref("Name"), "description": "The rule as it is published"},
        "amount": {**_or_null(COUNT), "description": "null: steps or a percentage"},
        "currency": {"type": "string", "enum": ["LAK", "USD"]},
        "legal_basis": {**TEXT, "description": "Empty: the fee may not be charged"},
        "article": TEXT,
        "act_on": {**_or_null(DAY), "description": "null: the fee may not be charged"},
        "standing": {"type": "string", "enum": ["illustrative", "sourced", "confirmed"]},
    },
)
_schema(
    "Service",
    {
        "code": SERVICE,
        "name": _ref("Name"),
        "letter": {**TEXT, "description": "First letter of its ticket numbers here"},
        "ministry": _ref("Name"),
        "processing_days": {**COUNT, "description": "Working days to the result"},
        "standing": {"type": "string", "enum": ["illustrative", "sourced", "confirmed"]},
        "form": {**ANSWERS, "description": "A JSON Schema: what `answers` must fulfil"},
        "papers": _list(_ref("Paper")),
        "fees": _list(_ref("Fee")),
    },
)
_schema("Services", {"day": DAY, "services": _list(_ref("Service"))})
_schema(
    "Application",
    {
        "id": ID,
        "number": {**TEXT, "description": "As printed: LA0101-26-00042"},
        "tracking_code": {**TEXT, "description": "By which the citizen follows it"},
        "state": TEXT,
        "service": SERVICE,
        "applicant": _object(
            {"full_name": TEXT, "phone": TEXT, "id_number": TEXT, "village": TEXT}
        ),
        "papers": _list(
            _object(
                {
                    "code": PAPER,
                    "name": _ref("Name"),
                    "is_present": {"type": "boolean"},
                    "is_required": {"type": "boolean"},
                }
            )
        ),
        "answers": {**ANSWERS, "description": "What the service's own form asks"},
        "ticket": _or_null(ID),
        "submitted_at": TIME,
        "due_on": {**_or_null(DAY), "description": "null while a paper is missing"},
        "decided_at": _or_null(TIME),
        "decision_reason": TEXT,
    },
)
_LINE = _object(
    {
        "service": SERVICE,
        "name": _ref("Name"),
        "legal_basis": TEXT,
        "standing": {"type": "string", "enum": ["illustrative", "sourced", "confirmed"]},
        "quantity": COUNT,
        "unit_kip": KIP,
        "reduction_kip": KIP,
        "amount_kip": KIP,
        "words": {**_ref("Name"), "description": "How the amount came about"},
    }
)
_schema(
    "Assessment",
    {"id": ID, "application": ID, "total_kip": KIP, "assessed_at": TIME, "lines": _list(_LINE)},
)
_schema("Till", {"id": ID, "state": TEXT, "day": DAY, "opened_at": TIME, "float_kip": CASH})
_schema(
    "Receipt",
    {
        "id": ID,
        "number": {**TEXT, "description": "As printed: LA0101-2026-A-000123-4"},
        "kind": {"type": "string", "enum": ["sale", "void", "refund"]},
        "standing": {
            "type": "string",
            "enum": ["valid", "voided", "refunded", "part_refunded", "void", "refund"],
        },
        "reverses": {**_or_null(ID), "description": "The sale that this takes back"},
        "application": ID,
        "assessment": ID,
        "payer": TEXT,
        "cashier": TEXT,
        "amount_kip": KIP,
        "method": METHOD,
        "payment_reference": TEXT,
        "tendered_kip": CASH,
        "change_kip": CASH,
        "hash": {**TEXT, "description": "SHA-256 over the hash before and the sealed text"},
        "issued_at": TIME,
        "day": DAY,
        "lines": _list(_LINE),
        "pdf_url": LINK,
    },
)
_FIGURES = {name: {"type": "integer"} for name in DAY_FIGURES}
_schema(
    "Figures",
    _FIGURES,
    description="Counts and sums; outcomes are those of services, of which a number may ask for"
    " several. Waiting time is the sum over `waited`, serving time over `timed`; `in_target` of"
    " `judged` were called within 30 minutes; a rate is formed from sums, never from rates.",
)
_schema(
    "ProvinceSummary",
    {
        "code": TEXT,
        "name": _ref("Name"),
        "centres": {**COUNT, "description": "Centres that worked in the period"},
        "reporting": {**COUNT, "description": "Those of them that have figures"},
        "completeness": {
            "type": "string",
            "enum": ["no_centre", "absent", "partial", "complete"],
        },
        "files_open": {**COUNT, "description": "As of now, whatever the period"},
        "files_overdue": {**COUNT, "description": "As of now, whatever the period"},
        "figures": _ref("Figures"),
    },
)
_schema(
    "NationalSummary",
    {
        "from": DAY,
        "to": DAY,
        "as_of": {**_or_null(TIME), "description": "When a figure was last computed"},
        "centres": COUNT,
        "reporting": COUNT,
        "files_open": COUNT,
        "files_overdue": COUNT,
        "total": _ref("Figures"),
        "provinces": _list(_ref("ProvinceSummary")),
    },
)
_schema(
    "Me",
    {
        "username": TEXT,
        "name": _ref("Name"),
        "language": LANGUAGE,
        "roles": _list(
            _object(
                {
                    "role": TEXT,
                    "centre": {**_or_null(TEXT), "description": "Code of the centre"},
                    "unit": {**_or_null(TEXT), "description": "Code of the unit"},
                }
            )
        ),
    },
)
_schema(
    "Problem",
    {
        "type": {"type": "string", "format": "uri", "description": "What kind of problem"},
        "title": {**TEXT, "description": "For people, in the language that was asked for"},
        "status": {"type": "integer"},
        "instance": {"type": "string", "format": "uri", "description": "For the log"},
        "errors": {
            "type": "object",
            "additionalProperties": TEXT,
            "description": "Field: what is wrong with it",
        },
    },
    optional=("errors",),
    description="A problem document (RFC 9457)",
    example={
        "type": "urn:odsc-counter:problem:invalid-input",
        "title": "Something in the form is missing or not right.",
        "status": 422,
        "instance": "urn:odsc-counter:request:5f0c1b2a9d3e4f60",
        "errors": {"service": "This field is missing."},
    },
)
