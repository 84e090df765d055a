/// What a deployment would change in its world, object by object, as its driver found it. No part of what a plan's digest is
/// made from.
public struct WorkloadPreview: Sendable, Equatable {
    public static let mostObjects = 200
    public static let mostLines = 400
    private static let longestLine = 400

    public let objects: [WorkloadChange]
    /// Why it is not told, or not wholly; nil when it is.
    public let note: String?

    public init(objects: [WorkloadChange], note: String? = nil) {
        self.objects = objects
        self.note = note
    }

    /// Within bounds, and each line as `redact` leaves it.
    public init(of changes: [WorkloadChange], redact: (String) -> String) {
        let shown = changes.prefix(WorkloadPreview.mostObjects).map { change -> WorkloadChange in
            let lines = change.lines.prefix(WorkloadPreview.mostLines).map { line -> String in
                let text = redact(line)
                guard text.count > WorkloadPreview.longestLine else { return text }
                return String(text.prefix(WorkloadPreview.longestLine)) + "…"
            }
            let left = change.lines.count - lines.count
            return WorkloadChange(
                kind: change.kind, name: change.name, change: change.change,
                lines: lines + (left > 0 ? ["  … and \(left) lines more"] : []))
        }
        let left = changes.count - shown.count
        self.init(objects: Array(shown), note: left > 0 ? "and \(left) objects more" : nil)
    }
}
