"""The OpenAPI document, written from the URL map: what exists is what is described."""

import re
from collections.abc import Iterator
from http import HTTPStatus
from importlib import import_module
from typing import Any

from flask import Blueprint, Flask, current_app
from pydantic import BaseModel, TypeAdapter
from pydantic.json_schema import JsonSchemaMode
from werkzeug.routing import Rule

from agencies.access import public
from reception.api.bodies import LanguageQuery, query
from reception.api.description import JSON, Description, described
from reception.api.shapes import ProblemShape
from reception.language import say

pages = Blueprint("openapi", __name__)
PREFIX = "/api/v1"
VERSION = "1.0.0"
PLACE = re.compile(r"<(?:(?P<kind>\w+)(?:\((?P<args>[^)]*)\))?:)?(?P<name>\w+)>")
METHODS = ("GET", "POST")
Tree = dict[str, Any]
Schemas = dict[int, Tree]
"""The schema of each body and answer by the identity of its type."""


@pages.get("/openapi.json")
@described("This description of the interface.", query=LanguageQuery, answers={200: dict[str, Any]})
@public
def show_document() -> Tree:
    query(LanguageQuery)
    return document(current_app)


def document(app: Flask) -> Tree:
    """OpenAPI 3.1, its sentences in the reader's language."""
    schemas, answers = _schemas(app)
    paths: Tree = {}
    for rule, method, description in calls(app):
        path = PLACE.sub(r"{\g<name>}", rule.rule.removeprefix(PREFIX))
        operation = _operation(app, rule, description, answers)
        paths.setdefault(path, {})[method.lower()] = operation
    for path, operations in _told_by_modules(app):
        paths.setdefault(path.removeprefix(PREFIX), {}).update(operations)
    return {
        "openapi": "3.1.0",
        "info": {"title": say("Open Almaty reception"), "version": VERSION},
        "servers": [{"url": PREFIX}],
        "paths": dict(sorted(paths.items())),
        "components": _components(schemas),
    }


def rules(app: Flask) -> Iterator[tuple[Rule, str]]:
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith(PREFIX + "/"):
            yield from ((rule, method) for method in METHODS if method in (rule.methods or ()))


def calls(app: Flask) -> Iterator[tuple[Rule, str, Description]]:
    """Every described rule of the URL map; `reports` and the event stream describe theirs too."""
    for rule, method in rules(app):
        description = getattr(app.view_functions[rule.endpoint], "description", None)
        if description is not None:
            yield rule, method, description


def _told_by_modules(app: Flask) -> Iterator[tuple[str, Tree]]:
    """A module of pages may also hand in finished paths as `OPENAPI`."""
    for blueprint in app.blueprints.values():
        yield from getattr(import_module(blueprint.import_name), "OPENAPI", {}).items()


def _schemas(app: Flask) -> tuple[Tree, Schemas]:
    """Shared components first."""
    asked: dict[int, tuple[JsonSchemaMode, Any]] = {}
    asked[id(ProblemShape)] = ("serialization", ProblemShape)
    for _, _, description in calls(app):
        for shape in filter(None, description.answers.values()):
            asked[id(shape)] = ("serialization", shape)
        if description.body is not None:
            asked[id(description.body)] = ("validation", description.body)
    made, shared = TypeAdapter.json_schemas(
        [(key, mode, TypeAdapter(shape)) for key, (mode, shape) in asked.items()],
        ref_template="#/components/schemas/{model}",
    )
    return _bare(shared.get("$defs", {})), {key: _bare(schema) for (key, _), schema in made.items()}


def _bare(schema: Any) -> Any:
    """Without titles and remarks that stand in the code in one language only."""
    if isinstance(schema, list):
        return [_bare(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    dropped = [k for k in ("title", "description") if isinstance(schema.get(k), str)]
    return {name: _bare(part) for name, part in schema.items() if name not in dropped}


def _operation(app: Flask, rule: Rule, description: Description, schemas: Schemas) -> Tree:
    allowed: frozenset[str] = getattr(app.view_functions[rule.endpoint], "allowed", frozenset())
    operation: Tree = {
        "operationId": rule.endpoint.rpartition(".")[2],
        "summary": say(description.summary),
        "parameters": _parameters(rule, description, keyed=_takes_key(app, rule)),
        "responses": _responses(description, schemas),
        "security": [] if "public" in allowed else [{"bearer": []}, {"session": []}],
        "x-roles": sorted(str(role) for role in allowed - {"public"}),
    }
    if description.body is not None:
        schema = schemas[id(description.body)]
        needed = bool(description.body.model_json_schema().get("required"))
        operation["requestBody"] = {"required": needed, "content": {JSON: {"schema": schema}}}
    return operation


def _takes_key(app: Flask, rule: Rule) -> bool:
    """Calls that change nothing need no key; repeated, they answer anew."""
    return getattr(app.view_functions[rule.endpoint], "keyed", False)


def _parameters(rule: Rule, description: Description, *, keyed: bool) -> list[Tree]:
    found = [
        {
            "name": place["name"], "in": "path", "required": True,
            "schema": _form_of(place),
        }
        for place in PLACE.finditer(rule.rule)
    ]  # fmt: skip
    if description.query is not None:
        found += _query(description.query)
    if keyed:
        found.append({"$ref": "#/components/parameters/IdempotencyKey"})
    return found


def _form_of(place: re.Match[str]) -> Tree:
    if place["kind"] == "any":
        return {"type": "string", "enum": [word.strip() for word in place["args"].split(",")]}
    return {"type": "integer" if place["kind"] == "int" else "string"}


def _query(model: type[BaseModel]) -> list[Tree]:
    """Nested definitions are written out: a parameter cannot refer to its model's own `$defs`."""
    schema = model.model_json_schema(ref_template="{model}")
    shared = schema.get("$defs", {})
    return [
        {
            "name": name, "in": "query", "required": name in schema.get("required", ()),
            "schema": _bare(_written_out(part, shared)),
        }
        for name, part in schema.get("properties", {}).items()
    ]  # fmt: skip


def _written_out(part: Any, shared: Tree) -> Any:
    if isinstance(part, list):
        return [_written_out(item, shared) for item in part]
    if not isinstance(part, dict):
        return part
    if "$ref" in part:
        return shared[part["$ref"]]
    return {name: _written_out(item, shared) for name, item in part.items()}


def _responses(description: Description, schemas: Schemas) -> Tree:
    responses: Tree = {"default": {"$ref": "#/components/responses/Problem"}}
    for status, shape in description.answers.items():
        answer: Tree = {"description": HTTPStatus(status).phrase}
        if shape is not None:
            answer["content"] = {description.media: {"schema": schemas[id(shape)]}}
        responses[str(status)] = answer
    return responses


def _components(schemas: Tree) -> Tree:
    problem = {"$ref": "#/components/schemas/ProblemShape"}
    return {
        "schemas": schemas,
        "parameters": {
            "IdempotencyKey": {
                "name": "Idempotency-Key", "in": "header", "required": False,
                "description": say("A retry with the same key gets the first answer."),
                "schema": {"type": "string", "maxLength": 128},
            }
        },
        "responses": {
            "Problem": {
                "description": say("A refusal as a problem document (RFC 9457)."),
                "content": {"application/problem+json": {"schema": problem}},
            }
        },
        "securitySchemes": {
            "bearer": {"type": "http", "scheme": "bearer"},
            "session": {"type": "apiKey", "in": "cookie", "name": "session"},
        },
    }  # fmt: skip
