/// Which version a rollback goes back to.
public enum VersionHistory {
    /// The version that ran before the present one.
    ///
    /// Going back undoes: what was rolled back from is not come back to by rolling back once more.
    /// - Parameters:
    ///   - current: the desired version.
    ///   - deployed: what ran in the environment, oldest first; equal ones in a row count once.
    ///   - rejected: what may not run any more.
    public static func previous(to current: String?, deployed: [String], rejected: Set<String> = []) -> String? {
        var stack: [String] = []
        for version in deployed + [current].compactMap({ $0 }) {
            if let index = stack.lastIndex(of: version) {
                stack.removeSubrange((index + 1)...)
            } else {
                stack.append(version)
            }
        }
        return stack.last { $0 != current && !rejected.contains($0) }
    }
}
