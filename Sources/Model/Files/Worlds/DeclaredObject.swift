public import Core

/// What the API made beside the world files: a world, an environment, a set or a target.
public struct DeclaredObject: Sendable, Equatable {
    public let id: ObjectID
    /// The keys of a world file's document, without its name; of a target its `environment` and `world`.
    public let document: JSONValue
    public let changedAt: Timestamp

    public init(id: ObjectID, document: JSONValue, changedAt: Timestamp) {
        self.id = id
        self.document = document
        self.changedAt = changedAt
    }
}
