import Core
import Glibc
import TestSupport
import Testing

@testable import Store

/// Another process of this program writes, acknowledges what is durable, and is killed at a random moment.
struct CrashTests {
    @Test(arguments: 0..<6)
    func whatWasAcknowledgedSurvivesAKill(round: Int) async throws {
        let directory = TemporaryDirectory("store-crash")
        let path = directory.path
        let lifetime = UInt32.random(in: 0..<400_000)
        await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String, lifetime = lifetime as UInt32] in
            try await writeUntilKilled(path, after: lifetime)
        }
        let acknowledged = try lines(directory.appending("acknowledged"))
        let database = try open(directory.path)
        let kept = try database.readNow(texts)
        #expect(acknowledged.first == "first" && Set(acknowledged).subtracting(kept).isEmpty, "round \(round)")
        #expect(try database.readNow { try $0.connection.first("PRAGMA integrity_check") { try $0[0] } } == "ok")
        try await database.write(add("after"))
    }
}

private func writeUntilKilled(_ directory: String, after lifetime: UInt32) async throws {
    let file = Glibc.open("\(directory)/acknowledged", O_WRONLY | O_CREAT | O_APPEND, 0o600)
    let database = try open(directory, .init(checkpointer: .init(pages: 30, idle: .milliseconds(20))))
    let acknowledge: @Sendable (String) -> Void = { text in
        let line = Array("\(text)\n".utf8)
        _ = line.withUnsafeBytes { write(file, $0.baseAddress, $0.count) }
    }
    try await database.write(add("first"))
    acknowledge("first")
    try OSThread.detach("killer") {
        usleep(lifetime)
        kill(getpid(), SIGKILL)
    }
    try await withThrowingTaskGroup(of: Void.self) { group in
        for writer in 0..<8 {
            group.addTask {
                for number in 0... {
                    try await database.write(add("\(writer)-\(number)"))
                    acknowledge("\(writer)-\(number)")
                }
            }
        }
        try await group.waitForAll()
    }
}

private func lines(_ path: String) throws -> [String] {
    try contents(path).split(separator: UInt8(ascii: "\n")).map { String(decoding: $0, as: UTF8.self) }
}

func contents(_ path: String) throws -> [UInt8] {
    let file = Glibc.open(path, O_RDONLY)
    guard file >= 0 else { throw DeploydError.system("open \(path)", errno: errno) }
    defer { close(file) }
    var text: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while case let count = buffer.withUnsafeMutableBytes({ read(file, $0.baseAddress, $0.count) }), count > 0 {
        text += buffer.prefix(count)
    }
    return text
}
