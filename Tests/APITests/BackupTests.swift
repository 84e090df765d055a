import Core
import Testing

@testable import API
@testable import Client

struct BackupTests {
    @Test("A backup is read whole, by those with a token")
    func whole() async throws {
        let harness = try await Harness()
        var bytes: [UInt8] = []
        #expect(try await harness.client().backup { bytes += $0 } == 200_000)
        #expect(bytes == Array(repeating: 7, count: 200_000))
        #expect(try await harness.send("GET", "/api/v1/backup", token: nil).status == 401)
        await harness.stop()
    }
}
