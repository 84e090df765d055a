extension Wire {
    /// What a deployment would do.
    public struct Plan: Codable, Sendable, Equatable {
        public struct Action: Codable, Sendable, Equatable {
            public var kind: String
            public var name: String
            /// `create`, `update`, `replace`, `delete` or `none`.
            public var action: String
            public var detail: String

            public init(kind: String, name: String, action: String, detail: String) {
                self.kind = kind
                self.name = name
                self.action = action
                self.detail = detail
            }
        }

        /// What would be changed of one object of the world.
        public struct Object: Codable, Sendable, Equatable {
            /// `Deployment`, `Service` …
            public var kind: String
            public var name: String
            /// `create`, `update`, `replace`, `delete` or `none`.
            public var action: String
            /// Lines that begin with `+`, `-` or a space.
            public var diff: [String]

            public init(kind: String, name: String, action: String, diff: [String]) {
                self.kind = kind
                self.name = name
                self.action = action
                self.diff = diff
            }
        }

        public struct Target: Codable, Sendable, Equatable {
            public var target: String
            public var actions: [Action]
            /// What the workload's action would change in the world, where its driver tells that. `(known after apply)`
            /// stands for what is known only then.
            public var objects: [Object]
            /// Why not all of that is told.
            public var note: String?
            /// What stands against it; with any, nothing is changed there.
            public var refusals: [String]

            public init(
                target: String, actions: [Action], objects: [Object] = [], note: String? = nil, refusals: [String]
            ) {
                self.target = target
                self.actions = actions
                self.objects = objects
                self.note = note
                self.refusals = refusals
            }
        }

        /// Another one as soon as anything would be done differently.
        public var digest: String
        public var application: String
        public var environment: String
        public var version: String
        public var targets: [Target]

        public init(digest: String, application: String, environment: String, version: String, targets: [Target]) {
            self.digest = digest
            self.application = application
            self.environment = environment
            self.version = version
            self.targets = targets
        }
    }

    /// POST of a plan; without a version, of the one that the environment should have.
    public struct PlanRequest: Codable, Sendable, Equatable {
        public var application: String
        public var environment: String
        public var version: String?

        public init(application: String, environment: String, version: String? = nil) {
            self.application = application
            self.environment = environment
            self.version = version
        }
    }

    /// POST of deployments: like a plan's, and only if the plan still has this digest.
    public struct DeploymentRequest: Codable, Sendable, Equatable {
        public var application: String
        public var environment: String
        public var version: String?
        public var planDigest: String?

        public init(application: String, environment: String, version: String? = nil, planDigest: String? = nil) {
            self.application = application
            self.environment = environment
            self.version = version
            self.planDigest = planDigest
        }
    }
}
