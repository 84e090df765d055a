#!/usr/bin/python3
"""Asks jsonschema, which knows nothing of deployd, what it thinks of schemas and of documents.

    validate.py FILE     FILE: {"schemas": {KIND: SCHEMA}, "documents": [{"kind": KIND, "name": NAME, "document": ...}]}

Prints {"schemas": {KIND: what is wrong with it, or null}, "documents": {NAME: the same}}.
"""

import json
import sys

from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError, best_match


def problem_of_schema(schema):
    try:
        Draft202012Validator.check_schema(schema)
    except SchemaError as error:
        return f"{error.json_path}: {error.message}"
    return None


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        asked = json.load(file)
    schemas = {kind: problem_of_schema(schema) for kind, schema in asked["schemas"].items()}
    validators = {
        kind: Draft202012Validator(schema) for kind, schema in asked["schemas"].items() if schemas[kind] is None}
    documents = {}
    for entry in asked["documents"]:
        if entry["kind"] not in validators:
            continue
        error = best_match(validators[entry["kind"]].iter_errors(entry["document"]))
        documents[entry["name"]] = error and f"{error.json_path}: {error.message}"[:300]
    json.dump({"schemas": schemas, "documents": documents}, sys.stdout)


main()
