/// Builds nodes from libyaml's events: replaces aliases and merges, within bounds, and refuses repeated keys.
struct YAMLComposer {
    /// A node and what it costs: its nodes and its height after aliases are replaced.
    private struct Measured {
        let node: YAMLNode
        var nodes = 1
        var height = 1
    }

    private let events: YAMLEventStream
    private let limits: YAMLLimits
    private let diagnostics: Diagnostics
    private var anchors: [String: Measured] = [:]
    /// Anchors of nodes that are being read: an alias to one would never end.
    private var open: Set<String> = []
    private var nodes = 0
    /// The way to the value that is read now.
    private var path: [DocumentPath.Step] = []

    init(_ bytes: [UInt8], limits: YAMLLimits, diagnostics: Diagnostics) {
        events = YAMLEventStream(bytes)
        self.limits = limits
        self.diagnostics = diagnostics
    }

    /// The next document; nil at the end.
    mutating func document() throws(YAMLFailure) -> YAMLNode? {
        while true {
            let event = try events.next()
            switch event.kind {
            case .streamEnd: return nil
            case .documentStart:
                anchors = [:]
                path = []
                let root = try compose(try events.next(), depth: 1)
                _ = try events.next()
                return root.node
            default: continue
            }
        }
    }

    private mutating func compose(_ event: YAMLEvent, depth: Int) throws(YAMLFailure) -> Measured {
        if case .alias(let name) = event.kind { return try replaced(name, at: event.position, depth: depth) }
        guard depth <= limits.depth else { throw tooDeep(event.position) }
        try count(1, at: event.position)
        if let anchor = event.anchor { open.insert(anchor) }
        let measured: Measured
        switch event.kind {
        case .scalar(let scalar):
            measured = Measured(node: YAMLNode(.scalar(scalar), at: event.position, tag: YAMLTag.foreign(event.tag)))
        case .sequenceStart: measured = try sequence(event, depth: depth)
        case .mappingStart: measured = try mapping(event, depth: depth)
        default: throw YAMLFailure(position: event.position, message: "not valid YAML: a value was expected")
        }
        if let anchor = event.anchor {
            open.remove(anchor)
            anchors[anchor] = measured
        }
        return measured
    }

    private mutating func sequence(_ start: YAMLEvent, depth: Int) throws(YAMLFailure) -> Measured {
        var total = 1
        var height = 0
        var elements: [YAMLNode] = []
        while true {
            let event = try events.next()
            if case .sequenceEnd = event.kind { break }
            path.append(.index(elements.count))
            let element = try compose(event, depth: depth + 1)
            path.removeLast()
            elements.append(element.node)
            total += element.nodes
            height = max(height, element.height)
        }
        let node = YAMLNode(.sequence(elements), at: start.position, tag: YAMLTag.foreign(start.tag))
        return Measured(node: node, nodes: total, height: height + 1)
    }

    private mutating func mapping(_ start: YAMLEvent, depth: Int) throws(YAMLFailure) -> Measured {
        var total = 1
        var height = 0
        var builder = YAMLMappingBuilder(path: DocumentPath(path), diagnostics: diagnostics)
        while true {
            let event = try events.next()
            if case .mappingEnd = event.kind { break }
            let key = try compose(event, depth: depth + 1)
            path.append(.key(key.node.scalar?.text ?? ""))
            let value = try compose(try events.next(), depth: depth + 1)
            path.removeLast()
            builder.add(key.node, at: event.position, value.node)
            total += key.nodes + value.nodes
            height = max(height, key.height, value.height)
        }
        let node = YAMLNode(.mapping(builder.entries), at: start.position, tag: YAMLTag.foreign(start.tag))
        return Measured(node: node, nodes: total, height: height + 1)
    }

    private mutating func replaced(
        _ name: String, at position: SourcePosition, depth: Int
    ) throws(YAMLFailure) -> Measured {
        guard !open.contains(name) else {
            throw YAMLFailure(position: position, message: "alias '*\(shortened(name))' is inside its own anchor")
        }
        guard let anchored = anchors[name] else {
            let hint = NearestName.hint(name, in: anchors.keys.sorted())
            throw YAMLFailure(position: position, message: "alias '*\(shortened(name))' has no anchor before it\(hint)")
        }
        guard depth + anchored.height - 1 <= limits.depth else { throw tooDeep(position) }
        try count(anchored.nodes, at: position)
        return anchored
    }

    private mutating func count(_ more: Int, at position: SourcePosition) throws(YAMLFailure) {
        nodes += more
        guard nodes > limits.nodes else { return }
        throw YAMLFailure(
            position: position, message: "more than \(limits.nodes) values, counting what aliases stand for")
    }

    private func tooDeep(_ position: SourcePosition) -> YAMLFailure {
        YAMLFailure(position: position, message: "nested more than \(limits.depth) levels deep")
    }
}
