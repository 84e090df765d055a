import Model

extension ReleaseIntake {
    /// Why nothing is deployed on some targets.
    func notices(ofStopped environment: String, in reader: any StorageReader) throws -> [String] {
        try reader.instances(InstanceFilter(application: release.application, environment: environment))
            .filter { $0.world != nil && !$0.isDetached }
            .compactMap { instance in
                let place = "\(release.application) on \(instance.id.target)"
                return switch instance.lifecycle.state {
                case .running: nil
                case .stopping, .stopped: "\(place) is stopped: \(release.version) is deployed when it is started"
                case .starting, .restarting: "\(place) is being started: \(release.version) is deployed after that"
                case .destroying, .destroyed: "\(place) is being destroyed"
                }
            }
    }
}

extension [String] {
    /// nil when there is nothing to say.
    var joinedNotices: String? { isEmpty ? nil : joined(separator: "; ") }
}
