/// How much a YAML text may ask of us. No file that people write comes near.
public struct YAMLLimits: Sendable {
    /// Bytes of the text.
    public let size: Int
    /// Mappings and sequences inside each other, after aliases are replaced.
    public let depth: Int
    /// Scalars, mappings and sequences, after aliases are replaced.
    public let nodes: Int

    public init(size: Int = 1 << 20, depth: Int = 64, nodes: Int = 100_000) {
        self.size = size
        self.depth = depth
        self.nodes = nodes
    }

    public static let standard = YAMLLimits()
}
