import Core
import Formats
import Model

/// Whether an application may be made under a name that another one had before it was renamed.
struct NameClaim {
    enum Claimant {
        /// A `deployd.yaml` in a place of a repository; nil: in a pushed working tree.
        case file(Application.Owner?)
        /// Somebody who says so.
        case person
    }

    let name: String
    let claimant: Claimant

    /// nil also when no application had the name.
    func problem(in reader: any StorageReader) throws -> DeploydError? {
        guard let other = try reader.application(renamedFrom: name) else { return nil }
        if case .file(let owner) = claimant, owner == nil || owner == other.owner {
            // It is that application's own file, which nobody has changed yet.
            return DeploydError(
                .conflict,
                "the service '\(name)' was renamed to '\(other.name)': write `service: \(other.name)` in its "
                    + "\(ServiceFile.fileName)" + (owner.map { " (\($0))" } ?? ""))
        }
        let dependents = try dependents(in: reader)
        guard !dependents.isEmpty else { return nil }
        return DeploydError(
            .conflict,
            "'\(name)' was the name of '\(other.name)', and what is deployed requires it by that: "
                + "\(dependents.map(\.description).joined(separator: ", ")); let these require '\(other.name)' first, or "
                + "choose another name")
    }

    /// They would be given the address of another application.
    private func dependents(in reader: any StorageReader) throws -> [InstanceID] {
        try reader.instances(InstanceFilter()).filter { instance in
            try Set([instance.deployed, instance.desired].compactMap(\.self)).contains { version in
                guard let release = try reader.release(instance.id.application, version) else { return false }
                let file = ServiceFile.parse(release.file).value?.variant(for: instance.environment)
                return file?.applications.values.contains(name) == true
            }
        }.map(\.id)
    }
}
