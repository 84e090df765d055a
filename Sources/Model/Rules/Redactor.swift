public import Core

/// Takes secrets out of text that people see.
public struct Redactor: Sendable {
    /// Shorter values are not looked for: they would blacken ordinary words.
    public static let shortest = 6

    private let values: [String]

    public init(_ secrets: some Sequence<Secret>) {
        values = Set(secrets.map { $0.reveal() }).filter { $0.utf8.count >= Redactor.shortest }
            .sorted { $0.utf8.count > $1.utf8.count }
    }

    public func redact(_ text: String) -> String {
        values.reduce(text) { text, value in
            text.contains(value)
                ? text.split(separator: value, omittingEmptySubsequences: false).joined(separator: "•••") : text
        }
    }
}
