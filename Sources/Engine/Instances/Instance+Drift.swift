import Core
import Model

extension Instance {
    /// Takes over what others have changed.
    /// - Returns: the event that tells of it; nil when it is as it was.
    mutating func drifts(_ fields: [DriftedField]) -> EventDraft? {
        guard fields != drift else { return nil }
        let before = drift
        drift = fields
        let type = fields.isEmpty ? EventType.driftCleared : .driftDetected
        var event = event(type, actor: "deployd", cause: Cause(.observation, id.description))
        event.detail = DriftedField.text(fields.isEmpty ? before : fields)
        return event
    }
}
