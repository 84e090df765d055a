import Client

/// How many instances are how, for one line.
struct DoctorCount {
    /// In the order in which they are said.
    private enum Group: String, CaseIterable {
        case healthy
        case changing = "being deployed"
        case stopped
        case unwell = "not well"
        case unknown = "unknown"
        case empty = "without a version"
    }

    private let counts: [Group: Int]

    init(_ instances: [Wire.Instance]) {
        counts = Dictionary(grouping: instances, by: DoctorCount.group).mapValues(\.count)
    }

    private static func group(_ instance: Wire.Instance) -> Group {
        if instance.isUnwell { return .unwell }
        if instance.lifecycle != .running { return .stopped }
        if instance.version.desired == nil, instance.version.deployed == nil { return .empty }
        switch instance.health {
        case .healthy: return instance.version.deployed == instance.version.desired ? .healthy : .changing
        case .progressing: return .changing
        case .suspended: return .stopped
        case .unknown: return instance.world == nil ? .unknown : .changing
        case .degraded, .missing: return .unwell
        }
    }

    /// `8 instances: 3 healthy, 1 stopped, 4 without a version`
    var text: String {
        let total = counts.values.reduce(0, +)
        guard total > 0 else { return "no instances yet: `deployd push` in a service's folder makes one" }
        let parts = Group.allCases.compactMap { group in counts[group].map { "\($0) \(group.rawValue)" } }
        return "\(total) \(total == 1 ? "instance" : "instances"): \(parts.joined(separator: ", "))"
    }
}

extension Wire.Instance {
    /// Whether somebody should look at it.
    var isUnwell: Bool {
        guard lifecycle == .running else { return failedDeployment != nil }
        // Where nothing was ever deployed, nothing is missing.
        let isLost = version.deployed != nil && (health == .degraded || health == .missing)
        return isLost || failedDeployment != nil
    }
}
