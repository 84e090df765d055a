/// Which pushes set the version of an environment.
public struct Trigger: Sendable, Hashable {
    /// `Glob` patterns.
    public enum Source: Sendable, Hashable {
        case branch(String)
        case tag(String)
    }

    public let source: Source
    public let environment: String

    public init(_ source: Source, environment: String) {
        self.source = source
        self.environment = environment
    }

    /// Whether a push of `reference` is meant. A tag `SERVICE/NAME` is matched by NAME too: in a repository of several
    /// services it is the tag NAME of one of them.
    public func matches(_ reference: PushedReference, of service: String) -> Bool {
        switch (source, reference) {
        case (.branch(let pattern), .branch(let name)):
            return Glob.matches(pattern, name)
        case (.tag(let pattern), .tag(let name)):
            let own = name.hasPrefix("\(service)/") ? String(name.dropFirst(service.count + 1)) : name
            return Glob.matches(pattern, own) || Glob.matches(pattern, name)
        case (.branch, .tag), (.tag, .branch):
            return false
        }
    }
}

extension Application.Settings {
    /// The environments whose version a push sets, each once.
    /// - Parameter environments: all that the service goes to, in the order in which a version passes them.
    public func environments(
        triggeredBy reference: PushedReference, of service: String, defaultBranch: String, among environments: [String]
    ) -> [String] {
        guard let triggers else {
            return reference == .branch(defaultBranch) ? Array(environments.prefix(1)) : []
        }
        let named = Set(triggers.filter { $0.matches(reference, of: service) }.map(\.environment))
        return environments.filter(named.contains)
    }
}
