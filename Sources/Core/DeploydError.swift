/// The one error that crosses module boundaries.
///
/// `message` is shown to people: one sentence that says what is wrong and, where it can, what to do. It never holds a
/// secret. `metadata` is for logs. HTTP and exit statuses derive from `code` alone.
public struct DeploydError: Error, Sendable, CustomStringConvertible {
    public enum Code: String, Sendable, CaseIterable {
        /// The request or file itself is wrong; repeating it cannot help.
        case invalid
        case unauthenticated
        case forbidden
        case notFound
        /// Something of that identity exists already, or the state does not allow it.
        case conflict
        /// `If-Match` or a plan digest names a state that is gone.
        case preconditionFailed
        case tooLarge
        /// A bound was reached; trying later may help.
        case exhausted
        /// Described in the formats or interfaces, not built yet.
        case notBuiltYet
        /// An outside system did not answer, or said to try again.
        case unavailable
        case timedOut
        case cancelled
        /// A defect of deployd, or a machine that does not behave.
        case `internal`
    }

    public let code: Code
    public let message: String
    public let metadata: [String: String]
    public let cause: (any Error)?

    public init(_ code: Code, _ message: String, metadata: [String: String] = [:], cause: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.metadata = metadata
        self.cause = cause
    }

    public var description: String {
        cause.map { "\(message): \($0)" } ?? message
    }
}

extension DeploydError {
    /// `error` as it is when it is one of ours, else wrapped as `internal` with `message` before it.
    public static func wrapping(_ error: any Error, _ message: String) -> DeploydError {
        error as? DeploydError ?? DeploydError(.internal, message, cause: error)
    }

    /// An error for a failed C call, with the text of `errno`. A full disk is never a defect: it is `unavailable` where
    /// `code` says nothing better than `internal`.
    public static func system(_ call: String, errno number: Int32, code: Code = .internal) -> DeploydError {
        let code = code == .internal && isDiskFull(errno: number) ? .unavailable : code
        return DeploydError(code, "\(call): \(describe(errno: number))", metadata: ["errno": "\(number)"])
    }

    /// The same for a file: says what to do about a full disk.
    public static func file(_ call: String, errno number: Int32, code: Code = .internal) -> DeploydError {
        let error = system(call, errno: number, code: code)
        guard isDiskFull(errno: number) else { return error }
        return DeploydError(.unavailable, "\(error.message); \(diskAdvice)", metadata: error.metadata)
    }

    /// What ends a message about a full disk.
    public static let diskAdvice = "free some space on that disk, and it goes on by itself"
}
