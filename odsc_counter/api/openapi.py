"""The document at /api/v1/openapi.json, made from the same declarations that validate."""

from functools import cache
from typing import Any

from odsc_counter.api.endpoints import ENDPOINTS, PARAMETERS, Endpoint
from odsc_counter.api.schemas import SCHEMAS

PROBLEMS = {
    400: "The JSON is malformed",
    401: "No bearer token, or one that was ended",
    403: "The role does not allow this here",
    404: "There is no such thing within reach",
    409: "The rules refuse this now; `type` says why",
    413: "The body is too long",
    415: "The body is not JSON",
    422: "A field is missing or not right, or the request key was used for something else",
    503: "The database did not answer and nothing was saved: send the same again",
}
IDEMPOTENCY = {
    "name": "Idempotency-Key",
    "in": "header",
    "description": "A new random value for each action. The same again gives the first answer"
    " again, marked `Idempotent-Replay: true`; nothing is done twice.",
    "schema": {"type": "string", "minLength": 8, "maxLength": 100},
    "example": "6b0a4b1e-53c5-4d2e-9c8a-0d5be7f3a1c9",
}


@cache
def document() -> dict[str, Any]:
    """The whole document, OpenAPI 3.1."""
    paths: dict[str, dict[str, Any]] = {}
    for endpoint in ENDPOINTS:
        paths.setdefault(endpoint.path, {})[endpoint.method.lower()] = _operation(endpoint)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "ODSC Counter",
            "version": "1.0.0",
            "summary": "Tickets, applications, receipts and the national summary",
            "description": "Amounts are whole kip. Times are UTC. A thing of another centre is"
            " answered as if it did not exist (404).",
        },
        "servers": [{"url": "/api/v1"}],
        "security": [{"bearer": []}],
        "paths": paths,
        "components": {
            "securitySchemes": {
                "bearer": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "Made with: odsc-counter token create --user NAME",
                }
            },
            "schemas": SCHEMAS,
            "headers": {
                "Replay": {
                    "description": "`true` when this is the answer to an earlier copy",
                    "schema": {"type": "string", "enum": ["true"]},
                },
                "Location": {
                    "description": "Where the thing that was made can be found",
                    "schema": {"type": "string", "format": "uri-reference"},
                },
            },
            "responses": {
                str(status): {
                    "description": meaning,
                    "content": {
                        "application/problem+json": {
                            "schema": {"$ref": "#/components/schemas/Problem"}
                        }
                    },
                }
                for status, meaning in PROBLEMS.items()
            },
        },
    }


def _operation(endpoint: Endpoint) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": endpoint.name,
        "summary": endpoint.summary,
        "description": endpoint.description,
        "tags": [endpoint.tag],
        "parameters": _parameters(endpoint),
        "responses": _responses(endpoint),
    }
    if endpoint.is_public:
        operation["security"] = []
    if endpoint.body is not None:
        operation["requestBody"] = {
            "required": True,
            "content": {
                "application/json": {"schema": {"$ref": f"#/components/schemas/{endpoint.body}"}}
            },
        }
    return operation


def _parameters(endpoint: Endpoint) -> list[dict[str, Any]]:
    parameters: list[dict[str, Any]] = [
        {"name": name, "in": "path", "required": True, "description": meaning, "schema": schema}
        for name, (_converter, schema, meaning) in PARAMETERS.items()
        if f"{{{name}}}" in endpoint.path
    ]
    if endpoint.query is not None:
        parameters += [
            {
                "name": name,
                "in": "query",
                "required": name in endpoint.query["required"],
                "schema": schema,
            }
            for name, schema in endpoint.query["properties"].items()
        ]
    if endpoint.method == "POST":
        parameters.append(IDEMPOTENCY)
    return parameters


def _responses(endpoint: Endpoint) -> dict[str, Any]:
    responses: dict[str, Any] = {}
    for status, schema in endpoint.answers.items():
        response: dict[str, Any] = {"description": MEANINGS[status]}
        if endpoint.media_type != "application/json":
            response["content"] = {endpoint.media_type: {}}
        elif schema is not None:
            response["content"] = {
                "application/json": {"schema": {"$ref": f"#/components/schemas/{schema}"}}
            }
        if endpoint.method == "POST":
            response["headers"] = {"Idempotent-Replay": {"$ref": "#/components/headers/Replay"}}
            if status == 201:
                response["headers"]["Location"] = {"$ref": "#/components/headers/Location"}
        responses[str(status)] = response
    for status in sorted(_problems(endpoint)):
        responses[str(status)] = {"$ref": f"#/components/responses/{status}"}
    return responses


MEANINGS = {200: "Done", 201: "Made", 204: "Nobody waits whom this counter serves"}


def _problems(endpoint: Endpoint) -> set[int]:
    """The problems that an endpoint may answer with, from what it takes."""
    if endpoint.is_public:
        return set()
    problems = {401, 422, 503}
    if "{" in endpoint.path:
        problems |= {403, 404}
    if endpoint.path.startswith("/national"):
        problems.add(404)
    if endpoint.method == "POST":
        problems |= {400, 409, 413, 415}
    return problems
