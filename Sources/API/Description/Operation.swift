import Client
import Core
import HTTPServer
import Model

/// One method of one path: what it does, who may, what it takes and gives. The router and the OpenAPI document are both
/// made from these, so that neither can say what the other does not.
struct Operation: Sendable {
    enum Access: Sendable {
        /// Everybody.
        case open
        /// A bearer token.
        case token
        /// The delivery's own signature.
        case signature
    }

    enum Handler: Sendable {
        case task(@Sendable (APIRequest) async throws -> HTTPResponse)
        case immediate(@Sendable (HTTPRequest) throws -> HTTPResponse)
        case callback(@Sendable (HTTPRequest, HTTPResponder) -> Void)
    }

    /// A parameter of the query.
    struct Parameter: Sendable {
        let name: String
        let schema: JSONSchema
        let description: String

        init(_ name: String, _ schema: JSONSchema, _ description: String) {
            self.name = name
            self.schema = schema
            self.description = description
        }

        init(_ name: String, _ description: String) { self.init(name, .string, description) }
    }

    struct Answer: Sendable {
        let status: Int
        let description: String
        let content: [String: JSONSchema]
        /// Whether it has an `ETag`.
        let hasTag: Bool

        init(_ status: Int, _ description: String, _ content: [String: JSONSchema] = [:], hasTag: Bool = false) {
            self.status = status
            self.description = description
            self.content = content
            self.hasTag = hasTag
        }

        static func json<Value: Decodable>(
            _ type: Value.Type, _ description: String, status: Int = 200
        ) -> Answer {
            Answer(status, description, ["application/json": SchemaProbe.schema(of: type)])
        }

        /// A single object, as `Answer.object` sends it.
        static func object<Value: Decodable>(
            _ type: Value.Type, _ description: String, status: Int = 200
        ) -> Answer {
            Answer(status, description, ["application/json": SchemaProbe.schema(of: type)], hasTag: true)
        }
    }

    /// What a request brings.
    struct Body: Sendable {
        let content: [String: JSONSchema]
        let isRequired: Bool
        let policy: BodyPolicy

        static func json<Value: Decodable>(_ type: Value.Type) -> Body {
            let schema = SchemaProbe.schema(of: type)
            return Body(
                content: ["application/json": schema], isRequired: !schema.problems(with: .object([:])).isEmpty,
                policy: .buffered)
        }
    }

    let method: HTTPMethod
    let path: String
    /// The `operationId`, and under which heading the page lists it.
    let id: String
    let tag: String
    let summary: String
    var access = Access.token
    var parameters: [Parameter] = []
    /// Header fields that mean something here, with what they mean.
    var headers: [(name: String, description: String)] = []
    var body: Body?
    let answers: [Answer]
    /// Statuses of problems that its feature alone refuses with; `allProblems` has those that follow from the rest.
    var problems: [Int] = []
    let handler: Handler

    /// The names in braces, in order.
    var pathParameters: [String] {
        path.split(separator: "/").filter { $0.hasPrefix("{") }.map { String($0.dropFirst().dropLast()) }
    }
}
