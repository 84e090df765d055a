import HTTPServer

/// Header fields that follow from what an operation is.
extension Operation {
    /// Its own, and those that every operation of its kind understands.
    var allHeaders: [(name: String, description: String)] {
        var fields = headers
        if method == .get, hasTag {
            fields.append(("If-None-Match", "An `ETag` that you have already: 304 when it is still so."))
        }
        if case .token = access, method == .post {
            fields.append(("Idempotency-Key", "A repeat with the same key and body is answered as the first was."))
        }
        return fields
    }

    /// Whether what it gives has an `ETag`.
    private var hasTag: Bool { answers.contains(where: \.hasTag) }

    /// Its own, and that nothing has changed.
    var allAnswers: [Answer] {
        guard method == .get, hasTag else { return answers }
        return answers + [Answer(304, "It is still what `If-None-Match` names; nothing is sent.", hasTag: true)]
    }
}

extension Operation.Answer {
    /// What comes with it.
    var headers: [(name: String, description: String)] {
        var fields: [(name: String, description: String)] = []
        if status == 201 { fields.append(("Location", "Where it is.")) }
        if hasTag { fields.append(("ETag", "Names what it is like now, for `If-Match` and `If-None-Match`.")) }
        return fields
    }
}
