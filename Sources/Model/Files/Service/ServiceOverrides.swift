import Core
import Formats

/// `overrides:`: which keys there may be; what they mean is known once they are merged.
enum OverridesFormat {
    static let maximum = 50

    /// The whole file without overrides.
    static let single = Shape<ServiceFile>.mapping(ServiceFormat.fields, read: ServiceFormat.read)

    static let shape = Shape<Bool>(
        .map(
            keys: .name, of: Schema.mapping(ServiceFormat.overridable.map(\.declaration)).withoutRequired,
            maximum: maximum)
    ) { place in
        guard let entries = place.node.mapping, place.node.tag == nil else {
            return place.fail(expected: "a mapping", hint: place.node.isNull ? "; write {}" : "")
        }
        guard entries.count <= maximum else {
            place.fail("\(entries.count) entries; \(maximum) are the most")
            return nil
        }
        for entry in entries { check(entry, place) }
        return true
    }

    private static func check(_ entry: YAMLEntry, _ place: Place) {
        if !DNSLabel.isValid(entry.key) {
            place.fail(key: entry, "not \(TextRule.name.expected): \(TextRule.name.rule)")
        }
        let member = place.member(entry)
        guard let keys = member.node.mapping, member.node.tag == nil else {
            let _: Never? = member.fail(expected: "a mapping")
            return
        }
        let allowed = ServiceFormat.overridable.map(\.declaration.name)
        let known = ServiceFormat.fields.map(\.declaration.name)
        for key in keys where !allowed.contains(key.key) && !member.diagnostics.isFull {
            let hint = NearestName.hint(key.key, in: allowed)
            member.fail(
                key: key, known.contains(key.key) ? "is the same in every environment" : "unknown key\(hint)")
        }
    }
}

/// Reads the file once more for each environment that has overrides, with these merged over it.
struct ServiceOverrides {
    /// Of the file itself: each is checked again for each environment.
    private static let maximumReferences = 1000

    let reader: MappingReader
    /// The file without its overrides.
    let base: ServiceFile

    func variants() -> [String: ServiceFile] {
        guard reader[ServiceFormat.overrides] != nil else { return [:] }
        let place = reader.place(of: ServiceFormat.overrides)
        guard base.references.count <= ServiceOverrides.maximumReferences else {
            place.fail(
                "the file has \(base.references.count) references; beside overrides "
                    + "\(ServiceOverrides.maximumReferences) are the most")
            return [:]
        }
        var variants: [String: ServiceFile] = [:]
        for entry in place.node.mapping ?? [] where entry.value.mapping != nil && !place.diagnostics.isFull {
            variants[entry.key] = variant(entry, place)
        }
        return variants
    }

    private func variant(_ entry: YAMLEntry, _ place: Place) -> ServiceFile? {
        let allowed = Set(ServiceFormat.overridable.map(\.declaration.name))
        let override = YAMLNode(
            .mapping((entry.value.mapping ?? []).filter { allowed.contains($0.key) }), at: entry.value.position)
        let base = YAMLNode(
            .mapping((reader.place.node.mapping ?? []).filter { $0.key != ServiceFormat.overrides.name }),
            at: reader.place.node.position)
        let merged = YAMLNode(OverrideMerge.merge(base, override).content, at: base.position)
        let diagnostics = Diagnostics(file: place.diagnostics.file)
        let known = Set(place.diagnostics.sorted)
        let file = OverridesFormat.single.read(Place(merged, diagnostics: diagnostics))
        let way = place.path.appending(entry.key)
        for found in diagnostics.sorted where !known.contains(found) {
            guard override.depth(of: found.path) >= max(1, base.depth(of: found.path)) else {
                // It stands in the file itself, and is wrong only together with the overrides.
                place.diagnostics.report(entry.position, way, "\(found.path): \(found.message)")
                continue
            }
            place.diagnostics.report(found.position, DocumentPath(way.steps + found.path.steps), found.message)
        }
        return file.map { $0.sharing(with: self.base) }
    }
}

extension ServiceFile {
    /// Every `${…}` of the file itself.
    fileprivate var references: [Reference] {
        let texts = Array(environment.values) + (command ?? []) + (build ?? [])
        return (texts + requirements.values.flatMap(\.templates.values)).flatMap(\.references)
    }

    /// The same file; what is as in the other takes no memory of its own.
    fileprivate func sharing(with base: ServiceFile) -> ServiceFile {
        var file = self
        if file.build == base.build { file.build = base.build }
        if file.command == base.command { file.command = base.command }
        if file.labels == base.labels { file.labels = base.labels }
        if file.settings == base.settings { file.settings = base.settings }
        for (name, text) in base.environment where file.environment[name] == text { file.environment[name] = text }
        for (name, requirement) in base.requirements where file.requirements[name] == requirement {
            file.requirements[name] = requirement
        }
        return file
    }
}

/// Merging one mapping over another, deeply. Lists and scalars are replaced whole.
enum OverrideMerge {
    /// What a scalar is short for, by the way to it; `*` is any name.
    private static let long = [
        ["requires", "*"]: RequirementFormat.slug.name, ["entrypoints", "*"]: EntrypointFormat.port.name,
        [ServiceFormat.update.name]: UpdateFormat.strategy.name,
        [ServiceFormat.replicas.name]: ReplicasFormat.minimum.name,
    ]

    static func merge(_ base: YAMLNode, _ over: YAMLNode, below path: [String] = []) -> YAMLNode {
        guard let added = over.mapping, over.tag == nil, let present = entries(base, path),
            !isOtherKind(added, present, path)
        else { return over }
        var merged = present
        let indices = Dictionary(present.enumerated().map { ($1.key, $0) }, uniquingKeysWith: { first, _ in first })
        for entry in added {
            guard let index = indices[entry.key] else {
                merged.append(entry)
                continue
            }
            let value = merge(merged[index].value, entry.value, below: path + [entry.key])
            merged[index] = YAMLEntry(key: entry.key, at: entry.position, value: value)
        }
        return YAMLNode(.mapping(merged), at: over.position)
    }

    /// Whether an entry of `requires`, or `update`, becomes something else, with which what is said of it so far has
    /// nothing to do.
    private static func isOtherKind(_ added: [YAMLEntry], _ present: [YAMLEntry], _ path: [String]) -> Bool {
        if path == [ServiceFormat.update.name] {
            func strategy(_ entries: [YAMLEntry]) -> String? {
                entries.first { $0.key == UpdateFormat.strategy.name }?.value.scalar?.text
            }
            return strategy(added).map { $0 != strategy(present) } ?? false
        }
        guard path.count == 2, path[0] == ServiceFormat.requires.name else { return false }
        return added.contains { entry in
            RequirementFormat.kinds.contains(entry.key) && !present.contains { $0.key == entry.key }
        }
    }

    /// The members of a mapping, or of what a scalar is short for.
    private static func entries(_ node: YAMLNode, _ path: [String]) -> [YAMLEntry]? {
        guard node.tag == nil else { return nil }
        if let entries = node.mapping { return entries }
        guard node.scalar != nil, !node.isNull, let key = long[path] ?? long[path.dropLast() + ["*"]] else {
            return nil
        }
        return [YAMLEntry(key: key, at: node.position, value: node)]
    }
}

extension YAMLNode {
    /// How many steps of the path lead somewhere here.
    fileprivate func depth(of path: DocumentPath) -> Int {
        var node = self
        for (depth, step) in path.steps.enumerated() {
            switch step {
            case .key(let key):
                guard let next = node[key] else { return depth }
                node = next
            case .index(let index):
                guard let nodes = node.sequence, nodes.indices.contains(index) else { return depth }
                node = nodes[index]
            }
        }
        return path.steps.count
    }
}
