/// A depth-first walk through names that lead to each other.
struct Walk {
    /// Every name that can be reached, each after those that it leads to, as far as there is no cycle.
    let order: [String]
    /// Names that lead to each other and the last to the first; each cycle that the walk ran into, once.
    let cycles: [[String]]

    /// - Parameters:
    ///   - names: where it starts, in this order.
    ///   - next: what a name leads to; a name that is there twice counts once.
    init(_ names: [String], next: (String) -> [String]) {
        func neighbours(_ name: String) -> ArraySlice<String> {
            var seen: Set<String> = []
            return next(name).filter { seen.insert($0).inserted }[...]
        }
        var order: [String] = []
        var cycles: [[String]] = []
        var done: Set<String> = []
        for start in names where !done.contains(start) {
            // Not recursive: a chain may be as long as there are files.
            var path = [start]
            var positions = [start: 0]
            var rest = [neighbours(start)]
            while let current = path.last {
                guard let name = rest[rest.count - 1].popFirst() else {
                    path.removeLast()
                    rest.removeLast()
                    positions[current] = nil
                    done.insert(current)
                    order.append(current)
                    continue
                }
                if let position = positions[name] {
                    cycles.append(Array(path[position...]))
                } else if !done.contains(name) {
                    positions[name] = path.count
                    path.append(name)
                    rest.append(neighbours(name))
                }
            }
        }
        self.order = order
        self.cycles = cycles
    }
}
