extension Wire {
    public enum Health: String, Codable, Sendable, CaseIterable {
        case healthy, progressing, degraded, missing, unknown, suspended
    }
}
