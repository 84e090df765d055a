public import Core
import Glibc

/// Trees of files as tar archives.
public enum TreeArchive {
    /// Unpacks an archive into a new directory.
    /// - Parameters:
    ///   - file: a tar archive (ustar, pax or GNU).
    ///   - isGzip: it is compressed; `gzip` unpacks it.
    ///   - directory: must not exist, its parent must; nothing is left of it when this throws.
    ///   - threads: where it happens.
    /// - Returns: what the tree consists of.
    /// - Throws: `DeploydError`: `invalid` names the entry that is refused (absolute, `..`, `.git`, devices, links out of
    ///   the tree), `tooLarge`, `timedOut`.
    public static func unpack(
        _ file: String, isGzip: Bool, into directory: String, limits: ArchiveLimits = ArchiveLimits(),
        deadline: Duration = .seconds(300), on threads: BlockingThreads
    ) async throws -> TreeManifest {
        let end = ContinuousClock.now + deadline
        return try await threads.run {
            guard let input = Descriptor(made: open(file, O_RDONLY | O_CLOEXEC)) else {
                throw DeploydError.system("cannot open the archive \(file)", errno: errno)
            }
            return try NewDirectory.make(directory) { path in
                var extractor = try TreeExtractor(into: path, limits: limits)
                guard isGzip else {
                    let plain = ArchiveInput(descriptor: input.number, limit: limits.totalBytes, deadline: end)
                    return try extractor.extract(plain)
                }
                let command = Command("gzip", ["-dc"], environment: ["PATH": "/usr/bin:/bin:/usr/local/bin"])
                let filter = try UnpackingFilter.start(command, input: input)
                return try filter.extract(with: &extractor, limits: limits, deadline: end) { _, text in
                    DeploydError(.invalid, "the archive cannot be decompressed: \(text.prefix { $0 != "\n" })")
                }
            }
        }
    }
}
