public import Core

/// What a declared object says.
public enum ObjectContent: Sendable, Equatable {
    case world(World, targets: [WorldDocument.TargetDeclaration])
    /// The environment without targets; nil: nothing was said of them, which is not the same as none.
    case environment(Environment, targets: [Target]?)
    case environmentSet(EnvironmentSet)
    case target(Target)

    public var id: ObjectID {
        switch self {
        case .world(let world, _): ObjectID(.world, world.name)
        case .environment(let environment, _): ObjectID(.environment, environment.name)
        case .environmentSet(let set): ObjectID(.environmentSet, set.name)
        case .target(let target): ObjectID(.target, target.name)
        }
    }
}

/// A valid body of a request: what it says, and the document that is kept of it.
public struct ObjectBody: Sendable, Equatable {
    public let content: ObjectContent
    public let document: JSONValue

    public var id: ObjectID { content.id }
}
