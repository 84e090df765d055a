import Client

/// What is said of an instance whose environment was given a version.
enum VersionCommandText {
    /// Why it does not get the version now; nil: it does, or has it.
    static func obstacle(on instance: Wire.Instance) -> String? {
        if instance.world == nil {
            return "\(instance.target): others deploy there, and report when they have"
        }
        switch instance.lifecycle {
        case .running, .starting, .restarting: return nil
        case .stopped, .stopping:
            return "\(instance.target) is stopped: the version is deployed there by "
                + "`deployd start \(instance.application) --target \(instance.target)`"
        case .destroying: return "\(instance.target) is being destroyed, and gets nothing"
        }
    }
}
