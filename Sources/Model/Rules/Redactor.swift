public import Core

/// Takes secrets out of text that people see.
public struct Redactor: Sendable {
    /// Shorter values are not looked for: they would blacken ordinary words.
    public static let shortest = 6

    private let values: [String]

    public init(_ secrets: some Sequence<Secret>) {
        // Output is redacted line by line, where a value of several lines, such as a key, never stands as a whole.
        let texts = secrets.flatMap { secret in
            let text = secret.reveal()
            return [text] + text.split(whereSeparator: \.isNewline).map(String.init)
        }
        values = Set(texts).filter { $0.utf8.count >= Redactor.shortest }
            .sorted { ($1.utf8.count, $0) < ($0.utf8.count, $1) }
    }

    public func redact(_ text: String) -> String {
        values.reduce(text) { text, value in
            text.contains(value)
                ? text.split(separator: value, omittingEmptySubsequences: false).joined(separator: "•••") : text
        }
    }
}
