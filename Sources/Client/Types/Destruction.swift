extension Wire {
    /// What goes and what is kept when a resource that a world shares is destroyed.
    public struct ResourceDestruction: Codable, Sendable, Equatable {
        public var resource: Resource
        public var removed: [Resource]
        public var retained: [Resource]
        /// Instances that use it, by the names that they have for it.
        public var usedBy: [Destruction.Dependent]
        /// What stands against it; with any, nothing is changed.
        public var refusals: [String]

        public init(
            resource: Resource, removed: [Resource], retained: [Resource], usedBy: [Destruction.Dependent],
            refusals: [String]
        ) {
            self.resource = resource
            self.removed = removed
            self.retained = retained
            self.usedBy = usedBy
            self.refusals = refusals
        }
    }

    /// What goes and what is kept when an instance is destroyed.
    public struct Destruction: Codable, Sendable, Equatable {
        /// An instance of another application that is given the address of this one.
        public struct Dependent: Codable, Sendable, Equatable {
            public var application: String
            public var target: String
            /// The name that it requires it by.
            public var name: String

            public init(application: String, target: String, name: String) {
                self.application = application
                self.target = target
                self.name = name
            }
        }

        public var application: String
        public var target: String
        public var environment: String
        /// The version that is stopped; null when none runs.
        public var version: String?
        /// The addresses that nothing answers at afterwards, by entrypoint.
        public var entrypoints: [String: Instance.Entrypoint]
        /// What goes of the workload in its world, as far as its driver names it.
        public var objects: [String]
        /// Why that is not known.
        public var note: String?
        public var removed: [Resource]
        public var retained: [Resource]
        public var requiredBy: [Dependent]

        public init(
            application: String, target: String, environment: String, version: String?,
            entrypoints: [String: Instance.Entrypoint], objects: [String] = [], note: String? = nil,
            removed: [Resource], retained: [Resource], requiredBy: [Dependent]
        ) {
            self.application = application
            self.target = target
            self.environment = environment
            self.version = version
            self.entrypoints = entrypoints
            self.objects = objects
            self.note = note
            self.removed = removed
            self.retained = retained
            self.requiredBy = requiredBy
        }
    }
}
