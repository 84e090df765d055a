import Core
import Glibc
import System
import TestSupport
import Testing

private func mode(of path: String) -> UInt32 {
    var status = stat()
    return lstat(path, &status) == 0 ? status.st_mode & 0o7777 : 0
}

private func code(_ body: () throws -> Void) -> DeploydError.Code? {
    do {
        try body()
        return nil
    } catch {
        return (error as? DeploydError)?.code
    }
}

@Suite struct FilesTests {
    let directory = TemporaryDirectory()

    @Test func writesAndReads() throws {
        let file = directory.appending("value")
        try Files.write(Array("first, longer".utf8), to: file, mode: 0o640)
        try Files.write(Array("second".utf8), to: file, mode: 0o604)
        let read = String(decoding: try Files.read(file, limit: 6), as: UTF8.self)
        let codes = [
            code { _ = try Files.read(file, limit: 5) },
            code { _ = try Files.read(directory.appending("none"), limit: 5) },
            code { _ = try Files.read(directory.path, limit: 5) },
            code { try Files.write([], to: directory.appending("none/file")) },
            code { try Files.write([], to: directory.path) },
        ]
        #expect(codes == [.tooLarge, .notFound, .invalid, .notFound, .conflict])
        #expect(read == "second" && mode(of: file) == 0o604)
        // Nothing is left of the writes that failed.
        try Files.removeTree(file)
        #expect(rmdir(directory.path) == 0)
    }

    @Test func makesDirectoriesWithTheirMode() throws {
        umask(0o022)
        let deep = directory.appending("a/b/c/")
        try Files.makeDirectory(deep, mode: 0o770)
        try Files.makeDirectory(deep)
        try Files.write([], to: directory.appending("file"))
        #expect([mode(of: deep), mode(of: directory.appending("a"))] == [0o770, 0o770])
        #expect(code { try Files.makeDirectory(directory.appending("file/x")) } == .notFound)
        #expect(code { try Files.makeDirectory(directory.appending("file")) } == .conflict)
        #expect(code { try Files.makeDirectory("/proc/nothing/below") } == .notFound)
    }

    @Test func removesTreesWithoutFollowingLinks() throws {
        let kept = directory.appending("kept")
        let tree = directory.appending("tree")
        try Files.makeDirectory("\(kept)/inside")
        try Files.makeDirectory("\(tree)/a/b")
        try Files.write([], to: "\(tree)/a/b/file")
        symlink(kept, "\(tree)/a/link")
        symlink(kept, directory.appending("top"))
        chmod("\(tree)/a/b", 0o500)
        chmod("\(tree)/a", 0o500)
        try Files.removeTree("\(tree)/")
        try Files.removeTree(tree)
        try Files.removeTree(directory.appending("top"))
        #expect([access(tree, F_OK), access("\(kept)/inside", F_OK)] == [-1, 0])
    }

    @Test func tellsFreePorts() throws {
        let socket = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(socket) }
        var address = sockaddr_in()
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        address.sin_family = sa_family_t(AF_INET)
        withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                _ = bind(socket, pointer, size)
                listen(socket, 1)
                getsockname(socket, pointer, &size)
            }
        }
        let port = UInt16(bigEndian: address.sin_port)
        let whileTaken = PortProbe.isFree(port)
        shutdown(socket, Int32(SHUT_RDWR))
        #expect(port > 0 && !whileTaken && PortProbe.isFree(port))
    }
}
