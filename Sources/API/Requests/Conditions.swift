import Core
import HTTPServer

/// `If-Match` and `If-None-Match` of a change (RFC 9110 §13.1).
struct Conditions {
    private let match: EntityTags
    private let noneMatch: EntityTags

    init(_ request: HTTPRequest) {
        match = EntityTags(request.headers(named: "If-Match"))
        noneMatch = EntityTags(request.headers(named: "If-None-Match"))
    }

    var isEmpty: Bool { match.isEmpty && noneMatch.isEmpty }

    /// - Parameters:
    ///   - tag: of what is there; nil when there is nothing.
    ///   - what: names it, for the middle of a sentence.
    /// - Throws: `.preconditionFailed`.
    func check(_ tag: String?, of what: String) throws(DeploydError) {
        let isMatched = match.isEmpty || tag.map(match.holds) ?? false
        if isMatched, noneMatch.isEmpty || tag.map(noneMatch.holds) != true { return }
        throw DeploydError(
            .preconditionFailed,
            tag == nil
                ? "there is no \(what)" : "the \(what) is there, and another than was looked at; look at it again")
    }
}
