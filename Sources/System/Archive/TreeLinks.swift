import Core

/// The symbolic links of a tree, by path. Decides whether following any of them could leave the tree.
///
/// The text of a target does not decide it: with `up -> ../..`, the harmless-looking target `up/..` can be outside. So
/// targets are walked as the kernel would, over the links of the whole tree.
struct TreeLinks {
    /// As the kernel's bound on links in one path (path_resolution(7)).
    private static let maximumFollowed = 40
    private let targets: [String: String]

    init(_ targets: [String: String]) { self.targets = targets }

    /// - Throws: `DeploydError.invalid` that names the first link that leaves the tree or leads in a circle.
    func check() throws(DeploydError) {
        for path in targets.keys.sorted() {
            var parts = path.split(separator: "/")
            parts.removeLast()
            guard let target = targets[path] else { continue }
            var place = parts.map(String.init)
            var followed = 0
            try follow(target, from: &place, followed: &followed, link: path)
        }
    }

    private func follow(
        _ target: String, from place: inout [String], followed: inout Int, link: String
    ) throws(DeploydError) {
        followed += 1
        guard followed <= TreeLinks.maximumFollowed else { throw TreePath.refusal(link, "the link leads in a circle") }
        guard !target.isEmpty, !target.hasPrefix("/") else {
            throw TreePath.refusal(link, "the link's target is absolute; make it relative, inside the tree")
        }
        for part in target.split(separator: "/") where part != "." {
            guard part != ".." else {
                guard place.popLast() != nil else { throw TreePath.refusal(link, "the link leads out of the tree") }
                continue
            }
            place.append(String(part))
            if let next = targets[place.joined(separator: "/")] {
                place.removeLast()
                try follow(next, from: &place, followed: &followed, link: link)
            }
        }
    }
}
