/// What a repository's branches and tags name now, beside what they were seen to name.
public struct ReferenceComparison: Sendable, Equatable {
    /// A ref that names another commit than was seen, or that was not seen.
    public struct Move: Sendable, Equatable {
        public let head: SourceHead
        public let before: SeenReference?

        public init(_ head: SourceHead, before: SeenReference?) {
            self.head = head
            self.before = before
        }
    }

    /// What was pushed: the default branch first, since it says where the others go, then branches, then tags.
    public let pushed: [Move]
    /// What is only noted: refs that were there when the repository was looked at first.
    public let found: [Move]
    public let gone: [SeenReference]

    /// - Parameter isFirst: whether the repository was never looked at before.
    public init(seen: [SeenReference], now heads: [SourceHead], defaultBranch: String, isFirst: Bool) {
        let known = Dictionary(seen.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        let there = Set(heads.map(\.reference))
        let moves = heads.filter { known[$0.reference]?.commit != $0.commit }
            .map { Move($0, before: known[$0.reference]) }
            .sorted { ($0.rank(defaultBranch), $0.head.reference) < ($1.rank(defaultBranch), $1.head.reference) }
        pushed = moves.filter { !isFirst || $0.before != nil }
        found = moves.filter { isFirst && $0.before == nil }
        gone = seen.filter { !there.contains($0.name) }
    }
}

extension ReferenceComparison.Move {
    fileprivate func rank(_ defaultBranch: String) -> Int {
        switch PushedReference(head.reference) {
        case .branch(defaultBranch): 0
        case .branch: 1
        case .tag, nil: 2
        }
    }
}
