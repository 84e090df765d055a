import Client
import Core
import HTTPServer

/// The OpenAPI 3.1 document (https://spec.openapis.org/oas/v3.1.0) of a list of operations.
struct OpenAPIDocument {
    let json: JSONValue

    /// - Parameter version: this program's.
    init(_ operations: [Operation], version: String) {
        var components: [String: JSONValue] = [:]
        _ = SchemaProbe.schema(of: Wire.Problem.self).json(.sparseAnswer, components: &components)
        var paths: [String: [String: JSONValue]] = [:]
        for operation in operations {
            paths[operation.path, default: [:]][operation.method.name.lowercased()] =
                OpenAPIDocument.json(operation, &components)
        }
        let tags = operations.map(\.tag).reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
        json = [
            "openapi": "3.1.0",
            "info": [
                "title": "deployd", "version": .string(version),
                "description": "Push code, it runs, and you know which version is where.",
            ],
            "servers": [["url": "/"]],
            "tags": .array(tags.map { ["name": .string($0)] }),
            "paths": .object(paths.mapValues(JSONValue.object)),
            "components": [
                "schemas": .object(components),
                "securitySchemes": [
                    "token": ["type": "http", "scheme": "bearer", "description": "DATA/admin.token holds the first."]
                ],
            ],
        ]
    }

    private static func json(_ operation: Operation, _ components: inout [String: JSONValue]) -> JSONValue {
        var json: [String: JSONValue] = [
            "operationId": .string(operation.id), "summary": .string(operation.summary),
            "tags": [.string(operation.tag)], "responses": answers(operation, &components),
        ]
        if case .token = operation.access { json["security"] = [["token": []]] } else { json["security"] = [] }
        let parameters = parameters(operation, &components)
        if !parameters.isEmpty { json["parameters"] = .array(parameters) }
        if let body = operation.body {
            json["requestBody"] = [
                "required": .bool(body.isRequired),
                "content": content(body.content, .request, &components),
            ]
        }
        return .object(json)
    }

    /// What the server takes as a segment of a path: no control characters, neither `.` nor `..`.
    private static let segment: JSONValue = [
        "type": "string", "minLength": 1, "pattern": "^(?!\\.{1,2}$)[^\\u0000-\\u001f\\u007f]+$",
    ]

    private static func parameters(
        _ operation: Operation, _ components: inout [String: JSONValue]
    ) -> [JSONValue] {
        let path = operation.pathParameters.map { name -> JSONValue in
            ["name": .string(name), "in": "path", "required": true, "schema": OpenAPIDocument.segment]
        }
        let query = operation.parameters.map { parameter -> JSONValue in
            [
                "name": .string(parameter.name), "in": "query", "description": .string(parameter.description),
                "schema": parameter.schema.json(.request, components: &components),
            ]
        }
        let headers = operation.allHeaders.map { header -> JSONValue in
            [
                "name": .string(header.name), "in": "header", "description": .string(header.description),
                "schema": ["type": "string"],
            ]
        }
        return path + query + headers
    }

    private static func answers(_ operation: Operation, _ components: inout [String: JSONValue]) -> JSONValue {
        var answers: [String: JSONValue] = [:]
        for answer in operation.allAnswers {
            var json: [String: JSONValue] = ["description": .string(answer.description)]
            if !answer.headers.isEmpty { json["headers"] = headers(answer) }
            if !answer.content.isEmpty { json["content"] = content(answer.content, .answer, &components) }
            answers["\(answer.status)"] = .object(json)
        }
        for status in operation.allProblems where answers["\(status)"] == nil {
            answers["\(status)"] = [
                "description": .string(Operation.meaning(of: status)),
                "content": ["application/problem+json": ["schema": ["$ref": "#/components/schemas/Problem"]]],
            ]
        }
        return .object(answers)
    }

    private static func headers(_ answer: Operation.Answer) -> JSONValue {
        .object(
            Dictionary(
                uniqueKeysWithValues: answer.headers.map { header in
                    (
                        header.name,
                        [
                            "description": .string(header.description), "required": true,
                            "schema": ["type": "string"],
                        ]
                    )
                }))
    }

    private static func content(
        _ content: [String: JSONSchema], _ direction: JSONSchema.Direction, _ components: inout [String: JSONValue]
    ) -> JSONValue {
        .object(
            Dictionary(
                uniqueKeysWithValues: content.map { type, schema in
                    (type, ["schema": schema.json(direction, components: &components)])
                }))
    }
}
