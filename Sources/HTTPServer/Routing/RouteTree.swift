/// What a tree of routes says to a method and path.
enum RouteMatch {
    case found(HTTPRoute)
    /// The path is known, for these methods.
    case methodNotAllowed([HTTPMethod])
    case notFound
}

/// Routes by their segments. Nodes are in one array, so that the tree is a value and one block of memory.
struct RouteTree: Sendable {
    private struct Node: Sendable {
        var literals: [String: Int] = [:]
        var parameter: Int?
        var routes: [HTTPMethod: HTTPRoute] = [:]
        /// Routes whose pattern ends with `{name...}` here.
        var restRoutes: [HTTPMethod: HTTPRoute] = [:]
    }

    private var nodes = [Node()]

    mutating func insert(_ route: HTTPRoute, method: HTTPMethod) {
        var node = 0
        for part in route.pattern.parts {
            switch part {
            case .literal(let text):
                let child = nodes[node].literals[text] ?? add()
                nodes[node].literals[text] = child
                node = child
            case .parameter:
                let child = nodes[node].parameter ?? add()
                nodes[node].parameter = child
                node = child
            case .rest:
                precondition(nodes[node].restRoutes[method] == nil, "two routes: \(method) \(route.pattern)")
                nodes[node].restRoutes[method] = route
                return
            }
        }
        precondition(nodes[node].routes[method] == nil, "two routes: \(method) \(route.pattern)")
        nodes[node].routes[method] = route
    }

    /// - Returns: the place of a new node.
    private mutating func add() -> Int {
        nodes.append(Node())
        return nodes.count - 1
    }

    func match(_ method: HTTPMethod, _ segments: [String]) -> RouteMatch {
        var allowed: [HTTPMethod] = []
        if let route = find(method, segments, depth: 0, node: 0, allowed: &allowed) { return .found(route) }
        return allowed.isEmpty ? .notFound : .methodNotAllowed(allowed)
    }

    /// Depth first, the most particular first; notes the methods of nodes that fit the path but not the method.
    private func find(
        _ method: HTTPMethod, _ segments: [String], depth: Int, node: Int, allowed: inout [HTTPMethod]
    ) -> HTTPRoute? {
        if depth == segments.count {
            if let route = nodes[node].routes[method] { return route }
            allowed += nodes[node].routes.keys
            return nil
        }
        let segment = segments[depth]
        if let child = nodes[node].literals[segment],
            let route = find(method, segments, depth: depth + 1, node: child, allowed: &allowed)
        {
            return route
        }
        if !segment.isEmpty, let child = nodes[node].parameter,
            let route = find(method, segments, depth: depth + 1, node: child, allowed: &allowed)
        {
            return route
        }
        if let route = nodes[node].restRoutes[method] { return route }
        allowed += nodes[node].restRoutes.keys
        return nil
    }
}
