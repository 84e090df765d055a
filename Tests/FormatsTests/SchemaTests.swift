import Core
import Formats
import Testing

@Suite struct SchemaTests {
    @Test func emitsJSONSchema() throws {
        let schema = DishFormat.shape.schema.document(title: "dish", summary: "A dish")
        let expected: JSONValue = [
            "$schema": "https://json-schema.org/draft/2020-12/schema", "title": "dish", "description": "A dish",
            "type": "object", "additionalProperties": false, "required": ["name"],
            "properties": [
                "name": [
                    "type": "string", "pattern": "^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$",
                    "description": "What it is called",
                ],
                "note": ["type": "string", "description": "Anything"],
                "course": ["enum": ["starter", "main", "dessert"], "description": "When it is served"],
                "guests": ["type": "integer", "minimum": 1, "maximum": 12, "description": "For how many"],
                "hot": ["type": "boolean", "description": "Whether it is warmed"],
                "time": [
                    "type": "string", "pattern": "^([0-9]+d)?([0-9]+h)?([0-9]+m)?([0-9]+s)?([0-9]+ms)?$",
                    "description": "How long it takes",
                ],
                "cpu": [
                    "type": ["string", "number"], "pattern": "^([0-9]+m|[0-9]+([.][0-9]+)?)$", "exclusiveMinimum": 0,
                    "description": "Processors",
                ],
                "memory": [
                    "type": ["string", "integer"], "pattern": "^([0-9]+|[0-9]+([.][0-9]+)?([KMGT]i|[kMGT]))$",
                    "minimum": 1,
                    "description": "Memory",
                ],
                "steps": [
                    "type": "array", "minItems": 1, "items": ["type": ["string", "number", "boolean"]],
                    "description": "What to do",
                ],
                "labels": [
                    "type": "object", "maxProperties": 200,
                    "additionalProperties": ["type": ["string", "number", "boolean"]],
                    "description": "Labels",
                ],
                "sides": [
                    "type": "object", "maxProperties": 200, "description": "What goes with it",
                    "propertyNames": ["pattern": "^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$"],
                    "additionalProperties": [
                        "anyOf": [
                            ["type": "integer", "minimum": 1, "maximum": 9],
                            [
                                "type": "object", "additionalProperties": false,
                                "properties": [
                                    "amount": [
                                        "type": "integer", "minimum": 1, "maximum": 9, "description": "How much",
                                    ]
                                ],
                            ],
                        ]
                    ],
                ],
                "text": ["type": ["string", "number", "boolean"], "description": "A text"],
                "other": ["description": "Something else"],
                "wine": ["not": [:], "description": "What to drink. Not built yet."],
            ],
        ]
        #expect(schema == expected)
    }

    @Test func listsEveryKey() {
        let rows = DishFormat.shape.schema.reference.map { row in
            "\(row.path)\(row.isRequired ? "!" : "")\(row.isBuilt ? "" : "?"): \(row.expected)"
        }
        #expect(
            rows == [
                "name!: a name", "note: text", "course: one of starter, main, dessert",
                "guests: a whole number from 1 to 12", "hot: true or false",
                "time: a duration such as 5s, 250ms, 2h or 1d", "cpu: processors such as 2, 0.5 or 500m",
                "memory: an amount such as 256Mi, 1G or 1.5Gi", "steps: a list", "labels: a mapping",
                "sides: a mapping", "sides.NAME.amount: a whole number from 1 to 9", "text: text", "other: anything",
                "wine?: anything",
            ])
    }
}
