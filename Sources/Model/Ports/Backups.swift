/// Makes copies of the installation while it runs: what is recorded, as of one moment, and what is deployed. The master key is
/// not among it, nor what services keep themselves.
public protocol Backups: Sendable {
    /// - Throws: `.conflict` while another one is made or read.
    func make() async throws -> any Backup
}

/// A backup that is there to be read; it goes with the last reference to it.
public protocol Backup: AnyObject, Sendable {
    /// A tar archive of so many bytes.
    var size: Int { get }
    /// - Returns: at least one byte, unless `offset` is the end.
    func read(from offset: Int, maximumBytes: Int) async throws -> [UInt8]
}

extension StorageReader {
    /// What is deployed or is to be is made from these.
    public func neededArtifacts() throws -> Set<ArtifactID> {
        var needed: Set<ArtifactID> = []
        for instance in try instances(InstanceFilter()) {
            for version in Set([instance.desired, instance.deployed].compactMap(\.self)) {
                guard let release = try release(instance.id.application, version) else { continue }
                needed.insert(ArtifactID(application: instance.identity.application, source: release.source))
            }
        }
        return needed
    }
}
