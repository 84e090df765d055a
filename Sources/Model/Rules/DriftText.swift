extension DriftedField {
    /// More than these are not kept of an instance.
    public static let most = 50
    private static let longestText = 1000

    /// Each once, in an order of its own, and no more than are kept.
    public static func settled(_ fields: [DriftedField]) -> [DriftedField] {
        let sorted = Set(fields).sorted { a, b in
            (a.object, a.field ?? "", a.manager ?? "") < (b.object, b.field ?? "", b.manager ?? "")
        }
        return Array(sorted.prefix(most))
    }

    /// For people: `Deployment hello: spec.replicas (kubectl-edit); Service hello is gone`.
    public static func text(_ fields: [DriftedField]) -> String {
        var objects: [String] = []
        for field in fields where !objects.contains(field.object) { objects.append(field.object) }
        var text = ""
        for (index, object) in objects.enumerated() {
            let part = DriftedField.text(of: object, fields.filter { $0.object == object })
            guard text.count + part.count <= longestText || text.isEmpty else {
                return text + "; and \(objects.count - index) more"
            }
            text += (text.isEmpty ? "" : "; ") + part
        }
        return text.count <= longestText ? text : String(text.prefix(longestText)) + "…"
    }

    private static func text(of object: String, _ fields: [DriftedField]) -> String {
        let changes = fields.compactMap { field in
            field.field.map { name in name + (field.manager.map { " (\($0))" } ?? "") }
        }
        guard changes.isEmpty else { return "\(object): \(changes.joined(separator: ", "))" }
        let manager = fields.first?.manager.map { " (\($0))" } ?? ""
        return "\(object) is gone\(manager)"
    }
}
