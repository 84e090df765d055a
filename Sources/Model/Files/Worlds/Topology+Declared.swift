extension Topology {
    /// ` (worlds/a.yaml:7)` for the end of a sentence; empty where nothing describes it.
    func place(of kind: ObjectKind, _ name: String) -> String {
        switch origins[kind, name] {
        case nil, .named: ""
        case .some(let origin): " (\(origin))"
        }
    }
}
