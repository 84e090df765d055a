import Core
import System
import TestSupport
import Testing

@testable import CLI

@Suite struct PushedFolderTests {
    private let directory = TemporaryDirectory("deployd-pushed")

    private func find(_ path: String, only names: [String] = []) async throws -> String {
        let root = try Files.realPath(directory.path)
        let folder = try await PushedFolder.find(directory.appending(path), only: names)
        let services = folder.services.map { "\($0.name)@\($0.path)" }.joined(separator: " ")
        let whole = try Files.realPath(folder.root)
        return "\(whole.dropFirst(root.count + 1)): \(services)\(folder.isListed ? "" : " alone")"
    }

    private func problem(_ path: String, only names: [String] = []) async -> String {
        do { return try await find(path, only: names) } catch {
            return "\(error)".split(separator: "\(directory.path)/").joined()
        }
    }

    @Test func whatIsSentAndDeployed() async throws {
        try write("services: [users, \"apps/*\"]\n", to: directory.appending("shop/deployd.yaml"))
        try write("", to: directory.appending("shop/.git/HEAD"))
        for (path, name) in [("users", "users"), ("apps/a", "votes"), ("apps/b", "web"), ("other", "lone")] {
            try write("service: \(name)\n", to: directory.appending("shop/\(path)/deployd.yaml"))
        }
        // A repository of its own inside is not the root's.
        try write("", to: directory.appending("shop/apps/b/.git"))
        let found = [
            try await find("shop"), try await find("shop", only: ["web", "users"]), try await find("shop/users"),
            try await find("shop/apps/a/"), try await find("shop/apps/b"), try await find("shop/other"),
        ]
        #expect(
            found == [
                "shop: users@users votes@apps/a web@apps/b", "shop: users@users web@apps/b", "shop: users@users",
                "shop: votes@apps/a", "shop/apps/b: web@ alone", "shop/other: lone@ alone",
            ])
        let problems = [
            await problem("shop", only: ["user"]), await problem("shop/users", only: ["web"]), await problem("none"),
        ]
        let root = try Files.realPath(directory.appending("shop")).split(separator: "\(directory.path)/").joined()
        #expect(
            problems == [
                "shop has no service 'user'; did you mean 'users'?",
                "\(root) has no service 'web'; there is users",
                "there is no folder 'none'; give the one that holds deployd.yaml",
            ])
        try write("service: Bad\n", to: directory.appending("shop/apps/a/deployd.yaml"))
        #expect(await problem("shop").hasPrefix("shop/apps/a/deployd.yaml:1:10: service: 'Bad'"))
    }
}
