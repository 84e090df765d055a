/// What a repository's server offers at one moment.
public struct RemoteReferences: Sendable, Hashable {
    /// Full names of branches and tags to commits; an annotated tag stands for the commit that it names.
    public let commits: [String: String]
    /// The full name of the branch that `HEAD` names; nil for an empty repository or a detached head.
    public let defaultBranch: String?

    public init(commits: [String: String], defaultBranch: String?) {
        self.commits = commits
        self.defaultBranch = defaultBranch
    }

    /// Reads the output of `git ls-remote --symref`. What is no branch or tag with a valid name is left out.
    static func parse(_ output: [UInt8]) -> RemoteReferences {
        var commits: [String: String] = [:]
        var peeled: [String: String] = [:]
        var head: String?
        for line in String(decoding: output, as: UTF8.self).split(separator: "\n") {
            let fields = line.split(separator: "\t", maxSplits: 1).map(String.init)
            guard fields.count == 2 else { continue }
            let (value, name) = (fields[0], fields[1])
            if value.hasPrefix("ref: "), name == "HEAD" {
                head = String(value.dropFirst(5))
            } else if name.hasSuffix("^{}") {
                peeled[String(name.dropLast(3))] = value
            } else if GitName.isReference(name), GitName.isCommit(value) {
                commits[name] = value
            }
        }
        commits.merge(peeled.filter { commits[$0.key] != nil && GitName.isCommit($0.value) }) { _, new in new }
        return RemoteReferences(commits: commits, defaultBranch: head.flatMap { commits[$0] == nil ? nil : $0 })
    }
}
