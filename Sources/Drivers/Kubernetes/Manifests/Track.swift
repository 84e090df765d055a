/// Which of the Deployments that an instance may have beside each other.
enum Track: Sendable, Hashable {
    /// The only one, of `update: rolling`.
    case main
    case blue, green
    /// That of one release, of `update: append-only`: by `ObjectNames.release(VERSION)`.
    case release(String)

    /// The value of the label that keeps their pods apart.
    var label: String {
        switch self {
        case .main: "main"
        case .blue: "blue"
        case .green: "green"
        case .release(let name): "release-\(name)"
        }
    }

    /// What its objects have after the application's name.
    var suffix: String? {
        switch self {
        case .main: nil
        case .blue: "blue"
        case .green: "green"
        case .release(let name): name
        }
    }

    /// The other colour; nil for what is none.
    var otherColour: Track? {
        switch self {
        case .blue: .green
        case .green: .blue
        default: nil
        }
    }

    /// Of a label's value.
    init?(label: String) {
        switch label {
        case "main": self = .main
        case "blue": self = .blue
        case "green": self = .green
        default:
            guard label.hasPrefix("release-") else { return nil }
            self = .release(String(label.dropFirst("release-".count)))
        }
    }
}
