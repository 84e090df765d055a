import HTTPServer
import Testing

@testable import API

extension Harness {
    /// Records an answer that the document does not list for what was asked.
    func checkDocumented(_ status: Int, _ method: String, _ path: String) {
        let segments = path.prefix { $0 != "?" }.split(separator: "/")
        let fitting = operations.filter { operation in
            let pattern = operation.path.split(separator: "/")
            return operation.method.name == method && pattern.count == segments.count
                && zip(pattern, segments).allSatisfy { $0 == $1 || $0.hasPrefix("{") }
        }
        // `events/stream` is none of `events/{event}`.
        guard let operation = fitting.min(by: { $0.pathParameters.count < $1.pathParameters.count }) else { return }
        guard !(operation.allAnswers.map(\.status) + operation.allProblems).contains(status) else { return }
        Issue.record("\(method) \(path) answered \(status), which the document does not say of \(operation.path)")
    }
}
