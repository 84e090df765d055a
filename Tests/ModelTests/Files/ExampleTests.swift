import Core
import Formats
import Model
import Testing

/// docs/examples has one annotated file of each kind: they are right, and leave out nothing.
@Suite struct ExampleTests {
    @Test func eachIsRightAndTheyAreTogether() {
        let files = Examples.annotated
        #expect(files.count >= 10)
        // Templates are in other languages than ours.
        for file in files where !file.path.hasSuffix(".k8s.yaml") {
            let problems = file.kind?.check(file.bytes, file: file.path).map(\.description)
            #expect(problems == [], "\(file.path)")
        }
        let texts = files.map { ($0.path, String(decoding: $0.bytes, as: UTF8.self).split(separator: "\n")) }
        var all = Catalogue.Case(area: "docs/examples", name: "together", background: [:])
        all.files = Dictionary(uniqueKeysWithValues: texts.map { ($0.0, $0.1.map(String.init)) })
        #expect(all.found == [])
    }

    @Test(arguments: FileKind.allCases)
    func everyKeyIsInOne(kind: FileKind) {
        let documents = Examples.annotated.filter { $0.kind == kind }.flatMap(\.documents)
        let used = Set(documents.flatMap { kind.form.paths(in: $0) })
        let known = kind.form.reference.filter(\.isBuilt).map(\.path)
        #expect(known.filter { !used.contains($0) } == [], "docs/examples leaves out keys of \(kind)")
    }
}

extension Schema {
    /// The keys that a value uses, as `reference` names them.
    fileprivate func paths(in node: YAMLNode, below path: String = "") -> [String] {
        switch self {
        case .scalar, .anything: []
        case .list(let element, _):
            (node.sequence ?? []).flatMap { element.paths(in: $0, below: "\(path)[]") }
        case .map(_, let element, _):
            (node.mapping ?? []).flatMap { element.paths(in: $0.value, below: path.isEmpty ? "NAME" : "\(path).NAME") }
        case .either(let short, let long):
            short.paths(in: node, below: path) + long.paths(in: node, below: path)
        case .mapping(let fields):
            fields.flatMap { field -> [String] in
                guard let value = node[field.name] else { return [] }
                let name = path.isEmpty ? field.name : "\(path).\(field.name)"
                return [name] + field.schema.paths(in: value, below: name)
            }
        }
    }
}
