/// What a deployment would change of one object, for people.
public struct WorkloadChange: Sendable, Equatable {
    /// `Deployment`, `Service` …
    public let kind: String
    public let name: String
    public let change: PlanAction.Change
    /// Lines of a difference, each beginning with `+`, `-` or a space; none where nothing changes. Nothing secret is shown.
    public let lines: [String]

    public init(kind: String, name: String, change: PlanAction.Change, lines: [String]) {
        self.kind = kind
        self.name = name
        self.change = change
        self.lines = lines
    }
}

/// A field of an object that is another than it was made.
public struct DriftedField: Sendable, Hashable {
    /// `Deployment hello`.
    public let object: String
    /// `spec.replicas`; nil: the object is gone.
    public let field: String?
    /// Who has it now, as far as that is known: a field manager.
    public let manager: String?

    public init(object: String, field: String?, manager: String?) {
        self.object = object
        self.field = field
        self.manager = manager
    }
}
