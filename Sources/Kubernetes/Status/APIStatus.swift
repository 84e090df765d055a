public import Core
import Formats

/// What the API server says when it refuses: a `Status` object, or what came in its place.
///
/// https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/status/
public struct APIStatus: Error, Sendable, Hashable {
    public struct Cause: Sendable, Hashable {
        /// `FieldManagerConflict`, `FieldValueInvalid` …
        public let reason: String
        public let message: String
        /// `.spec.replicas`
        public let field: String
    }

    /// The HTTP status.
    public let code: Int
    /// `NotFound`, `AlreadyExists`, `Forbidden` …; empty where something else than an API server answers.
    public let reason: String
    public let message: String
    /// The resource's plural (`kind` in the object, against its name).
    public let resource: String?
    public let group: String?
    public let name: String?
    public let causes: [Cause]
    /// How long to wait before asking again.
    public let retryAfter: Duration?

    /// Longer texts are cut: some servers repeat the whole object.
    private static let messageLimit = 1000
    private static let causeLimit = 50

    /// - Parameters:
    ///   - code: the HTTP status; of an event of a watch, what it says itself.
    ///   - retryAfter: the header of that name.
    public init(code: Int, body: [UInt8], retryAfter header: String? = nil) {
        self.init(code: code, json: try? JSONValue.parse(body), text: body, retryAfter: header)
    }

    /// - Parameter json: a `Status`.
    public init(_ json: JSONValue) {
        self.init(code: Int(json["code"]?.integer ?? 500), json: json, text: [], retryAfter: nil)
    }

    private init(code: Int, json: JSONValue?, text: [UInt8], retryAfter header: String?) {
        let status = json?["kind"]?.string == "Status" ? json : nil
        let details = status?["details"]
        self.code = code
        reason = status?["reason"]?.string ?? ""
        // Also without a Status, what a proxy in between says is often the only clue.
        message = shortened(
            status?["message"]?.string ?? String(decoding: text.prefix(4096), as: UTF8.self),
            limit: status == nil ? 200 : APIStatus.messageLimit)
        resource = details?["kind"]?.string
        group = details?["group"]?.string
        name = details?["name"]?.string
        causes = (details?["causes"]?.array ?? []).prefix(APIStatus.causeLimit).map { cause in
            Cause(
                reason: cause["reason"]?.string ?? "",
                message: shortened(cause["message"]?.string ?? "", limit: APIStatus.messageLimit),
                field: shortened(cause["field"]?.string ?? "", limit: APIStatus.messageLimit))
        }
        let seconds = header.flatMap { Int64($0) } ?? details?["retryAfterSeconds"]?.integer
        retryAfter = seconds.flatMap { $0 >= 0 ? Duration.seconds(min($0, 3600)) : nil }
    }
}

extension APIStatus {
    public var isNotFound: Bool { code == 404 }
    public var alreadyExists: Bool { reason == "AlreadyExists" }
    /// The position that a list or watch was to go on from is too old.
    public var isExpired: Bool { code == 410 || reason == "Expired" || reason == "Gone" }
    /// Somebody else changed the object between reading and writing, or it is another one now.
    public var isStale: Bool { code == 409 && !alreadyExists && fieldConflicts.isEmpty }
    /// The identity or version that was asked for is not the object's.
    public var failsPrecondition: Bool {
        isStale && (message.contains("Precondition failed") || message.contains("in the precondition"))
    }
}

extension APIStatus: CustomStringConvertible {
    public var description: String { reason.isEmpty ? "status \(code)" : "status \(code) \(reason)" }
}

extension DeploydError {
    /// What the API server said, where it is that which went wrong.
    public var apiStatus: APIStatus? { cause as? APIStatus }
}
