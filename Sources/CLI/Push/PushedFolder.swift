import Core
import Formats
import Glibc
import Model
import System

/// What a push of a folder is: the tree that is sent, and the services of it that are deployed.
struct PushedFolder: Equatable {
    /// The folder that is sent.
    let root: String
    let services: [ServiceListing.Service]
    /// Whether they are of a repository of several.
    let isListed: Bool

    private static let levels = 16

    /// - Parameters:
    ///   - directory: a service's folder, or the root of several.
    ///   - names: only these services; empty for all.
    /// - Throws: `.invalid` with every error of the files, `.notFound` without a file or a service.
    static func find(_ directory: String, only names: [String]) async throws(DeploydError) -> PushedFolder {
        let listing = try await listing(of: directory)
        guard listing.diagnostics.isEmpty else {
            throw DeploydError(.invalid, listing.diagnostics.map(\.description).joined(separator: "\n"))
        }
        guard listing.hasSeveral else {
            let found =
                try await around(directory)
                ?? PushedFolder(
                    root: directory, services: listing.services, isListed: false)
            return try found.part(names)
        }
        return try PushedFolder(root: directory, services: listing.services, isListed: true).part(names)
    }

    private func part(_ names: [String]) throws(DeploydError) -> PushedFolder {
        let known = services.map(\.name)
        if let name = names.first(where: { !known.contains($0) }) {
            let hint = NearestName.hint(name, in: known)
            let listing = hint.isEmpty ? "; there is \(known.sorted().joined(separator: ", "))" : hint
            throw DeploydError(.notFound, "\(root) has no service '\(name)'\(listing)")
        }
        let chosen = names.isEmpty ? services : services.filter { names.contains($0.name) }
        return PushedFolder(root: root, services: chosen, isListed: isListed)
    }

    private static func listing(of directory: String) async throws(DeploydError) -> ServiceListing {
        do throws(DeploydError) {
            return try await ServiceListing(reading: directory)
        } catch {
            try checkFolder(directory)
            guard error.code == .notFound else { throw error }
            throw DeploydError(
                .notFound,
                "\(directory) has no \(ServiceFile.fileName): `deployd init` writes one; "
                    + "a service needs at least 'service: NAME'")
        }
    }

    /// - Throws: unless it is a folder.
    private static func checkFolder(_ path: String) throws(DeploydError) {
        var status = stat()
        guard stat(path, &status) == 0 else {
            throw DeploydError(
                .notFound, "there is no folder '\(path)'; give the one that holds \(ServiceFile.fileName)")
        }
        guard status.st_mode & S_IFMT == S_IFDIR else {
            throw DeploydError(.invalid, "'\(path)' is no folder; give the one that holds \(ServiceFile.fileName)")
        }
    }

    /// The root that lists the service of a folder, with that service: it is built as a push of the repository builds it,
    /// beside what else is there. nil: it stands alone.
    private static func around(_ directory: String) async throws(DeploydError) -> PushedFolder? {
        let whole = try Files.realPath(directory)
        var root = whole
        for _ in 0..<levels {
            // Above its repository nothing belongs to it.
            guard access("\(root)/.git", F_OK) != 0, let end = root.lastIndex(of: "/"), end != root.startIndex else {
                return nil
            }
            root = String(root[..<end])
            guard access("\(root)/\(ServiceFile.fileName)", R_OK) == 0 else { continue }
            guard let listing = try? await ServiceListing(reading: root), listing.hasSeveral else { continue }
            let path = String(whole.dropFirst(root.count + 1))
            guard let service = listing.services.first(where: { $0.path == path }) else { continue }
            return PushedFolder(root: root, services: [service], isListed: true)
        }
        return nil
    }
}
