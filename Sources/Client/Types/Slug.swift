public import Core

extension Wire {
    /// A definition that services can require in a world.
    public struct Slug: Codable, Sendable, Equatable {
        public var slug: String
        public var description: String
        /// The resource repository that it comes from.
        public var repository: String
        /// The repositories beside the one that the world names which say what it is, nearest first.
        public var inheritedFrom: [String]
        public var capability: String?
        /// A JSON Schema of what a developer may set.
        public var parameters: JSONValue
        /// `{}` by name, or `{"secret": true}`.
        public var outputs: [String: JSONValue]
        public var available: Bool
        /// Why it is not available.
        public var reason: String?
        /// What to write into `deployd.yaml`.
        public var example: String
        /// How the world comes to it: a line for each step.
        public var explanation: [String]

        public init(
            slug: String, description: String, repository: String, inheritedFrom: [String], capability: String?,
            parameters: JSONValue, outputs: [String: JSONValue], available: Bool, reason: String?, example: String,
            explanation: [String]
        ) {
            self.slug = slug
            self.description = description
            self.repository = repository
            self.inheritedFrom = inheritedFrom
            self.capability = capability
            self.parameters = parameters
            self.outputs = outputs
            self.available = available
            self.reason = reason
            self.example = example
            self.explanation = explanation
        }
    }

    public struct ResourceRepository: Codable, Sendable, Equatable {
        public var name: String
        public var description: String
        /// As its file says, nearest first.
        public var inherits: [String]
        /// Itself and all that it inherits, in the order in which slugs are looked up.
        public var resolved: [String]
        /// Its own slugs.
        public var slugs: [String]
        /// Where it is read from; null for a folder of the server's.
        public var git: String?
        public var ref: String?
        /// The commit that it was read at.
        public var commit: String?
        /// Why that is not what the ref names now.
        public var reason: String?

        public init(
            name: String, description: String, inherits: [String], resolved: [String], slugs: [String],
            git: String? = nil, ref: String? = nil, commit: String? = nil, reason: String? = nil
        ) {
            self.name = name
            self.description = description
            self.inherits = inherits
            self.resolved = resolved
            self.slugs = slugs
            self.git = git
            self.ref = ref
            self.commit = commit
            self.reason = reason
        }
    }
}
