import HTTPServer

/// The one place that says which problems an operation may answer with: what its own feature refuses is in `problems`,
/// and the rest follows from how it is asked and served.
extension Operation {
    /// All of them.
    var allProblems: [Int] { Set(particularProblems + commonProblems).sorted() }

    /// Those of what it is asked for.
    var particularProblems: [Int] {
        var statuses = problems
        if !parameters.isEmpty || body != nil || !pathParameters.isEmpty { statuses.append(400) }
        if !pathParameters.isEmpty { statuses.append(404) }
        // The state may not allow a change, and the first with an Idempotency-Key may still be answered.
        if isChange { statuses.append(409) }
        if isConditional { statuses.append(412) }
        if body != nil { statuses.append(413) }
        return Set(statuses).sorted()
    }

    /// Those of every request that is served in this way, whatever it asks for.
    var commonProblems: [Int] {
        var statuses: [Int] = []
        if case .token = access { statuses.append(401) }
        // The store takes no more, does not work, or does not answer in time.
        switch handler {
        case .task, .reading: statuses += [429, 503, 504]
        case .immediate, .callback: break
        }
        return statuses
    }

    /// Whether it asks for something by more than looking at it.
    private var isChange: Bool {
        if case .token = access { method != .get } else { false }
    }

    private var isConditional: Bool { method != .get && headers.contains { $0.name == "If-Match" } }

    /// What a problem's status says, for readers of the document.
    static func meaning(of status: Int) -> String {
        switch status {
        case 400: "The request is wrong; `errors` names the places of a body."
        case 401: "Who asks is not known."
        case 403: "A rule forbids it."
        case 404: "There is no such thing."
        case 409: "The state does not allow it."
        case 412: "It was changed meanwhile."
        case 413: "The body is too large."
        case 429: "Too much waits already, or there are as many as there may be; try again later."
        case 501: "Not built yet."
        case 503: "Not possible now; try again."
        case 504: "It took too long; look whether it had effect."
        default: "It failed."
        }
    }
}
