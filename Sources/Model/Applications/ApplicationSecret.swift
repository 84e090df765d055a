public import Core
import Formats

/// A secret that somebody set for an application in an environment: everything but its value.
public struct ApplicationSecret: Sendable, Equatable {
    /// Bytes of a value.
    public static let maximumSize = 64 * 1024
    /// How many an application may have in an environment.
    public static let maximumCount = 200

    /// Whose it is.
    public struct Place: Sendable, Hashable, CustomStringConvertible {
        public let application: String
        public let environment: String

        public init(application: String, environment: String) {
            self.application = application
            self.environment = environment
        }

        public var description: String { "\(application) in \(environment)" }
    }

    public let place: Place
    /// The environment variable.
    public let name: String
    /// Who set it last.
    public let actor: String
    /// When that was.
    public let since: Timestamp

    public init(place: Place, name: String, actor: String, since: Timestamp) {
        self.place = place
        self.name = name
        self.actor = actor
        self.since = since
    }
}

extension ApplicationSecret {
    /// Whether deployd sets this variable itself.
    static func isReserved(_ name: String) -> Bool { name == "PORT" || name.hasPrefix("PORT_") }

    /// Why nothing can be set under a name, as a part of a sentence; nil when it can.
    public static func problem(withName name: String) -> String? {
        if isReserved(name) { return "deployd sets it itself" }
        return TextRule.secretName.allows(name) ? nil : TextRule.secretName.rule
    }

    /// Why a value cannot be given to a process, as a part of a sentence; nil when it can.
    public static func problem(withValue value: Secret) -> String? {
        if value.isEmpty { return "it is empty" }
        if value.reveal().utf8.count > maximumSize { return "it is longer than \(maximumSize) bytes" }
        return value.reveal().utf8.contains(0) ? "it has a NUL character, which no environment variable can" : nil
    }
}
