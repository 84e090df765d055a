/// What a registry wants before it answers: a `WWW-Authenticate` header (RFC 9110 §11.6.1,
/// https://distribution.github.io/distribution/spec/auth/token/).
enum RegistryChallenge: Sendable, Equatable {
    case basic
    case bearer(realm: String, service: String?, scope: String?)

    private static let longest = 8192

    /// The strongest that we can meet, of all headers.
    init?(_ headers: [String]) {
        let challenges = headers.flatMap { RegistryChallenge.parse($0) }
        let bearer = challenges.lazy.compactMap { scheme, parameters -> RegistryChallenge? in
            guard scheme == "bearer", let realm = parameters["realm"] else { return nil }
            return .bearer(realm: realm, service: parameters["service"], scope: parameters["scope"])
        }.first
        if let bearer {
            self = bearer
        } else if challenges.contains(where: { $0.0 == "basic" }) {
            self = .basic
        } else {
            return nil
        }
    }

    /// Schemes and parameters' names in lower case.
    private static func parse(_ header: String) -> [(String, [String: String])] {
        var text = Cursor(header.unicodeScalars.prefix(longest))
        var found: [(String, [String: String])] = []
        while let word = text.word() {
            guard text.take("="), !found.isEmpty else {
                found.append((word.lowercased(), [:]))
                continue
            }
            found[found.count - 1].1[word.lowercased()] = text.value()
        }
        return found
    }

    private struct Cursor {
        private var rest: Substring.UnicodeScalarView.SubSequence

        init(_ text: Substring.UnicodeScalarView) { rest = text }

        /// What comes next, after commas and spaces, up to a space, comma or equals sign.
        mutating func word() -> String? {
            // An equals sign by itself belongs to nothing.
            rest = rest.drop { $0 == " " || $0 == "," || $0 == "\t" || $0 == "=" }
            let word = rest.prefix { $0 != " " && $0 != "," && $0 != "=" && $0 != "\t" }
            rest = rest[word.endIndex...]
            return word.isEmpty ? nil : String(word)
        }

        mutating func take(_ mark: Unicode.Scalar) -> Bool {
            let next = rest.drop { $0 == " " || $0 == "\t" }
            guard next.first == mark else { return false }
            rest = next.dropFirst()
            return true
        }

        mutating func value() -> String {
            guard take("\"") else { return word() ?? "" }
            var value = String.UnicodeScalarView()
            var isEscaped = false
            while let next = rest.popFirst() {
                if !isEscaped, next == "\"" { break }
                isEscaped = !isEscaped && next == "\\"
                if !isEscaped { value.append(next) }
            }
            return String(value)
        }
    }
}
