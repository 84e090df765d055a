import Core

/// An object that another belongs to, and goes with.
public struct ObjectOwner: Sendable, Hashable {
    public let kind: String
    public let name: String
    public let uid: String
    /// The one that keeps it as it should be.
    public let isController: Bool

    init?(_ json: JSONValue) {
        guard let kind = json["kind"]?.string, let name = json["name"]?.string,
            let uid = json["uid"]?.string
        else {
            return nil
        }
        self.kind = kind
        self.name = name
        self.uid = uid
        isController = json["controller"]?.bool ?? false
    }
}
