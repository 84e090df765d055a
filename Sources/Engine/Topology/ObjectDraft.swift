import Core
import Formats
import Model

/// What the API makes, while a request changes it: what may be changed, and how.
struct ObjectDraft: Sendable {
    /// More are refused.
    static let maximum = 10_000

    let before: TopologySnapshot
    private(set) var changed: Set<ObjectID> = []
    private var objects: [ObjectID: DeclaredObject]
    private let moment: Timestamp

    var topology: Topology { before.topology }

    init(_ before: TopologySnapshot, moment: Timestamp) {
        self.before = before
        self.moment = moment
        objects = before.objects
    }

    /// - Throws: `.conflict` when the whole would contradict itself in a way that it did not before.
    func result() throws(DeploydError) -> TopologySnapshot {
        guard objects.count <= ObjectDraft.maximum else {
            throw DeploydError(.exhausted, "the API made \(ObjectDraft.maximum) objects already, which is the most")
        }
        let next = before.replacing(objects: objects)
        if let problem = next.problems.first(where: { !before.problems.contains($0) }) {
            throw DeploydError(.conflict, "\(problem)")
        }
        return next
    }

    /// - Returns: whether it is new.
    /// - Throws: `.conflict` when a file declares it, or it exists and is to be new; `InvalidObject`.
    mutating func put(_ body: ObjectBody, mustBeNew: Bool, _ reader: any StorageReader) throws -> Bool {
        if case .target(let target) = body.content { try checkPlace(of: target) }
        let isNew = try claim(body.id, mustBeNew: mustBeNew)
        switch body.content {
        case .world(let world, _): try check(world)
        case .environment(let environment, let targets?): try put(targets, of: environment.name, reader)
        case .environment, .environmentSet: break
        case .target(let target): try check(target, at: ["world"], reader)
        }
        set(body.id, body.document)
        return isNew
    }

    /// - Parameter environment: of a target.
    /// - Throws: `.notFound`; `.conflict` when a file declares it.
    mutating func remove(_ id: ObjectID, in environment: String? = nil) throws {
        if let environment, (objects[id]?.environment ?? topology.targets[id.name]?.environment) != environment {
            throw DeploydError(.notFound, "\(environment) has no target '\(id.name)'")
        }
        let targets = id.kind == .environment ? targets(of: id.name) : []
        guard objects[id] != nil || !targets.isEmpty else { throw refusal(toRemove: id, in: environment) }
        if id.kind == .world { try checkUnused(world: id.name) }
        for target in targets { set(target, nil) }
        if objects[id] != nil { set(id, nil) }
    }

    mutating func set(_ id: ObjectID, _ document: JSONValue?) {
        guard objects[id]?.document != document else { return }
        objects[id] = document.map { DeclaredObject(id: id, document: $0, changedAt: moment) }
        changed.insert(id)
    }

    /// - Returns: whether it is new.
    func claim(_ id: ObjectID, mustBeNew: Bool) throws(DeploydError) -> Bool {
        let origin = topology.origins[id.kind, id.name]
        if case .file(let file, let position) = origin {
            throw DeploydError(
                .conflict,
                "the \(id) is declared at \(file):\(position.line) and is changed there; the API changes only what it made"
            )
        }
        guard objects[id] == nil else {
            guard mustBeNew else { return false }
            throw DeploydError(.conflict, "the \(id) exists already; PUT changes it")
        }
        guard origin != .api else { throw ObjectDraft.belongsToWorld(id, topology) }
        return true
    }

    private func refusal(toRemove id: ObjectID, in environment: String?) -> DeploydError {
        switch topology.origins[id.kind, id.name] {
        case .file(let file, let position):
            DeploydError(.conflict, "the \(id) is declared at \(file):\(position.line); take it out there")
        case .builtIn: DeploydError(.conflict, "the \(id) is built in, and goes when a world file declares anything")
        case .named: DeploydError(.conflict, "the \(id) is only named by a set or a target; take it out there")
        case .api: ObjectDraft.belongsToWorld(id, topology)
        case nil: DeploydError(.notFound, "no \(id)" + (environment.map { " in the environment '\($0)'" } ?? ""))
        }
    }

    private static func belongsToWorld(_ id: ObjectID, _ topology: Topology) -> DeploydError {
        let world = topology.targets[id.name]?.world ?? ""
        return DeploydError(.conflict, "the \(id) belongs to the world '\(world)', made by the API; change it there")
    }
}

/// What a body says is wrong with what there is.
public struct InvalidObject: Error, Sendable, Equatable {
    /// The names and indices that lead to it in the body.
    public let path: [String]
    public let message: String
}

extension ObjectDraft {
    fileprivate static func changed(_ id: ObjectID) -> DeploydError {
        DeploydError(.preconditionFailed, "the \(id) was changed meanwhile; look at it and try again")
    }

    /// - Throws: `.preconditionFailed`.
    func expect(_ id: ObjectID, _ isExpected: (Topology) -> Bool) throws(DeploydError) {
        guard isExpected(topology) else { throw ObjectDraft.changed(id) }
    }
}
