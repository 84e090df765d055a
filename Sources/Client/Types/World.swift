public import Core

extension Wire {
    /// A place that can do things.
    public struct World: Codable, Sendable, Equatable {
        public enum CapabilityHealth: String, Codable, Sendable, CaseIterable {
            case healthy, unavailable
            /// No driver of this server serves it yet.
            case notBuiltYet
        }

        public struct Capability: Codable, Sendable, Equatable {
            public var health: CapabilityHealth
            public var reason: String?

            public init(health: CapabilityHealth, reason: String?) {
                self.health = health
                self.reason = reason
            }
        }

        public struct Target: Codable, Sendable, Equatable {
            public var name: String
            public var environment: String

            public init(name: String, environment: String) {
                self.name = name
                self.environment = environment
            }
        }

        /// Where services are reached by host name.
        public struct Entrypoints: Codable, Sendable, Equatable {
            public var domain: String?
            public var listen: String
            public var httpPort: Int
            public var httpsPort: Int
            public var certificate: Certificate?

            public init(
                domain: String?, listen: String, httpPort: Int, httpsPort: Int, certificate: Certificate?
            ) {
                self.domain = domain
                self.listen = listen
                self.httpPort = httpPort
                self.httpsPort = httpsPort
                self.certificate = certificate
            }
        }

        public struct Certificate: Codable, Sendable, Equatable {
            public var names: [String]
            public var expiresAt: Timestamp

            public init(names: [String], expiresAt: Timestamp) {
                self.names = names
                self.expiresAt = expiresAt
            }
        }

        /// A resource of the world, which services require by its name.
        public struct Shared: Codable, Sendable, Equatable {
            public var slug: String

            public init(slug: String) { self.slug = slug }
        }

        public var name: String
        public var description: String
        public var labels: [String: String]
        public var trusted: Bool
        public var capabilities: [String: Capability]
        public var resourceRepositories: [String]
        public var targets: [Target]
        public var parameters: [String: JSONValue]
        public var entrypoints: Entrypoints
        /// The networks whose clients each gate lets in.
        public var gates: [String: [String]]
        /// Patterns of applications that may add it as a target of their own.
        public var allowTargetsFrom: [String]
        public var origin: Origin?
        public var shared: [String: Shared]

        public init(
            name: String, description: String, labels: [String: String], trusted: Bool,
            capabilities: [String: Capability], resourceRepositories: [String], targets: [Target],
            parameters: [String: JSONValue], entrypoints: Entrypoints, gates: [String: [String]],
            allowTargetsFrom: [String] = [], shared: [String: Shared], origin: Origin? = nil
        ) {
            self.origin = origin
            self.allowTargetsFrom = allowTargetsFrom
            self.name = name
            self.description = description
            self.labels = labels
            self.trusted = trusted
            self.capabilities = capabilities
            self.resourceRepositories = resourceRepositories
            self.targets = targets
            self.parameters = parameters
            self.entrypoints = entrypoints
            self.gates = gates
            self.shared = shared
        }
    }
}
