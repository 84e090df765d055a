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
        /// Reads the store once and answers, on a thread of the store's: no task is made on the way.
        case reading(@Sendable (APIRequest, any StorageReader) throws -> HTTPResponse)
        case task(@Sendable (APIRequest) async throws -> HTTPResponse)
        case immediate(@Sendable (HTTPRequest) throws -> HTTPResponse)
        case callback(@Sendable (HTTPRequest, () -> HTTPResponder) -> HTTPResponse?)
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
        /// Whether it has an `ETag`.
        let hasTag: Bool
        /// Made when the document is: finding out what a type looks like takes longer than all else at a start.
        private let makeContent: @Sendable () -> [String: JSONSchema]
        var content: [String: JSONSchema] { makeContent() }

        init(
            _ status: Int, _ description: String,
            _ content: @escaping @autoclosure @Sendable () -> [String: JSONSchema] = [:], hasTag: Bool = false
        ) {
            self.status = status
            self.description = description
            makeContent = content
            self.hasTag = hasTag
        }

        static func json<Value: Decodable & SendableMetatype>(
            _ type: Value.Type, _ description: String, status: Int = 200
        ) -> Answer {
            Answer(status, description, ["application/json": SchemaProbe.schema(of: type)])
        }

        /// A single object, as `Answer.object` sends it.
        static func object<Value: Decodable & SendableMetatype>(
            _ type: Value.Type, _ description: String, status: Int = 200
        ) -> Answer {
            Answer(status, description, ["application/json": SchemaProbe.schema(of: type)], hasTag: true)
        }
    }

    /// What a request brings.
    struct Body: Sendable {
        let policy: BodyPolicy
        private let makeContent: @Sendable () -> [String: JSONSchema]
        private let mustBe: @Sendable () -> Bool
        var content: [String: JSONSchema] { makeContent() }
        var isRequired: Bool { mustBe() }

        init(
            content: @escaping @autoclosure @Sendable () -> [String: JSONSchema],
            isRequired: @escaping @autoclosure @Sendable () -> Bool, policy: BodyPolicy
        ) {
            self.policy = policy
            makeContent = content
            mustBe = isRequired
        }

        static func json<Value: Decodable & SendableMetatype>(_ type: Value.Type) -> Body {
            Body(
                content: ["application/json": SchemaProbe.schema(of: type)],
                isRequired: !SchemaProbe.schema(of: type).problems(with: .object([:])).isEmpty, policy: .buffered)
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
