import Core
import Formats

/// `update:`.
enum UpdateFormat {
    static let defaultKeepOld = Duration.seconds(600)
    static let defaultKeep = 3

    enum Kind: String, Sendable, CaseIterable {
        case rolling
        case blueGreen = "blue-green"
        case appendOnly = "append-only"
    }

    static let strategy = Field(
        "strategy", kind, required: true,
        "rolling: a part at a time; blue-green: all requests change over at once, to the new one beside the old; "
            + "append-only: each version stays beside the others")
    private static let keepOld = Field(
        "keepOld", .duration(.zero ... .seconds(86_400)),
        "With blue-green: how long the old version stays when the new one has its requests; default 10m")
    private static let keep = Field(
        "keep", Shape<Int64>.integer(1...50).map { Int($0) },
        "With append-only: how many versions stay; default 3")

    private static let kind = Shape<Kind>.choice()

    private static let long = Shape<UpdateStrategy>.mapping([strategy, keepOld, keep]) { reader in
        guard let kind = reader[strategy] else { return nil }
        refuse(keepOld, of: .blueGreen, kind, reader)
        refuse(keep, of: .appendOnly, kind, reader)
        switch kind {
        case .rolling: return .rolling
        case .blueGreen: return .blueGreen(keepOld: reader[keepOld] ?? defaultKeepOld)
        case .appendOnly: return .appendOnly(keep: reader[keep] ?? defaultKeep)
        }
    }

    static let shape = Shape<UpdateStrategy>.either(
        kind.map { kind in
            switch kind {
            case .rolling: .rolling
            case .blueGreen: .blueGreen(keepOld: defaultKeepOld)
            case .appendOnly: .appendOnly(keep: defaultKeep)
            }
        }, long)

    private static func refuse(
        _ field: Field<some Sendable>, of owner: Kind, _ kind: Kind, _ reader: MappingReader
    ) {
        guard kind != owner else { return }
        for entry in reader.place.node.mapping ?? [] where entry.key == field.name {
            reader.place.fail(key: entry, "is for '\(owner.rawValue)', and the strategy is '\(kind.rawValue)'")
        }
    }
}
