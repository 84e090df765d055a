import Core
import Glibc

/// The folder of certificates beside HAProxy's configuration: each file holds a chain and its key, and only deployd's
/// user may read it.
struct ProxyCertificateStore: Sendable {
    private static let folder = "certificates"

    /// HAProxy's own.
    let directory: String

    /// Relative to HAProxy's directory.
    static func path(of name: String) -> String {
        name.hasSuffix(".txt") ? "\(folder)/\(name)" : "\(folder)/\(name).pem"
    }

    /// Writes what is missing; what is there has the same content, which its name says. Blocks.
    func write(_ certificates: [ProxyCertificate], for configuration: ProxyConfiguration) throws(DeploydError) {
        let lists = configuration.sharedListeners.filter(\.isEncrypted).map { listener in
            (ProxyCertificateStore.path(of: listener.certificateListName), listener.certificateList)
        }
        let files = certificates.map { (ProxyCertificateStore.path(of: $0.name), $0.pem.reveal()) } + lists
        guard !files.isEmpty else { return }
        try Files.makeDirectory("\(directory)/\(ProxyCertificateStore.folder)")
        for (path, text) in files where access("\(directory)/\(path)", F_OK) != 0 {
            try Files.write(Array(text.utf8), to: "\(directory)/\(path)")
        }
    }

    /// Removes what a configuration does not name. Blocks.
    func prune(keeping configuration: ProxyConfiguration) throws(DeploydError) {
        let folder = "\(directory)/\(ProxyCertificateStore.folder)"
        guard let handle = Descriptor(made: open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) else { return }
        let certificates = configuration.entrypoints.compactMap { $0.route?.https?.certificate }
        let lists = configuration.sharedListeners.filter(\.isEncrypted).map(\.certificateListName)
        let kept = Set((certificates + lists).map(ProxyCertificateStore.path))
        for name in try Files.names(in: handle, at: folder)
        where !kept.contains("\(ProxyCertificateStore.folder)/\(name)") {
            unlink("\(folder)/\(name)")
        }
    }
}
