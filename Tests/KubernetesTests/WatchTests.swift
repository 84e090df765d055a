import Core
import Synchronization
import TestSupport
import Testing

@testable import Kubernetes

@Suite struct WatchTests {
    private static func event(_ type: String, _ name: String, _ version: String) -> String {
        let object: JSONValue = [
            "apiVersion": "v1", "kind": "ConfigMap",
            "metadata": ["name": .string(name), "resourceVersion": .string(version)],
        ]
        return JSONValue.object(["type": .string(type), "object": object]).text + "\n"
    }

    private static let expired =
        #"{"type": "ERROR", "object": {"kind": "Status", "code": 410, "reason": "Expired", "message": "too old"}}"#
        + "\n"

    @Test func takesLinesApart() throws {
        var reader = JSONLineReader(maximumBytes: 20)
        var values: [JSONValue] = []
        for piece in ["{\"a\"", ": 1}\n\n{\"b\":", " 2}\r\n[", "3]\n", "4\n5\n6"] {
            values += try reader.feed(Array(piece.utf8))
        }
        #expect(values == [["a": 1], ["b": 2], [3], 4, 5])
        let cases: [([String], DeploydError.Code)] = [
            (["\"0123456789", "0123456789"], .tooLarge), (["\"01234567890123456789\"\n"], .tooLarge),
            (["{\n"], .unavailable),
        ]
        for (pieces, code) in cases {
            var reader = JSONLineReader(maximumBytes: 20)
            let error = #expect(throws: DeploydError.self) {
                for piece in pieces { _ = try reader.feed(Array(piece.utf8)) }
            }
            #expect(error?.code == code)
        }
    }

    /// What a watcher is told and the server asked, until `count` updates have come.
    private func watch(
        _ count: Int, _ answer: @escaping @Sendable (_ path: String, _ index: Int, RawConnection) -> Void
    ) async throws -> (told: [String], asked: [String]) {
        let asked = Mutex<[String]>([])
        let server = RawServer { request, connection in
            let index = asked.withLock { asked in
                let known = ["watch", "resourceVersion", "limit"]
                let query = request.path.split(separator: "?").last.map(String.init) ?? ""
                let kept = query.split(separator: "&").filter { part in known.contains { part.hasPrefix("\($0)=") } }
                asked.append(kept.joined(separator: "&"))
                return asked.count - 1
            }
            answer(request.path, index, connection)
        }
        let told = Mutex<[String]>([])
        let client = try Parts().client(server)
        let task = Task {
            try await ObjectWatch(client, configMaps, namespace: "n").run { update in
                let text =
                    switch update {
                    case .all(let objects): "all \(objects.map(\.name))"
                    case .changed(let object): "changed \(object.name)"
                    case .removed(let object): "removed \(object.name)"
                    case .interrupted(let error): "interrupted \(error.code)"
                    case .resumed: "resumed"
                    }
                told.withLock { $0.append(text) }
            }
        }
        #expect(await eventually { told.withLock(\.count) >= count })
        task.cancel()
        let result = await task.result
        let error = #expect(throws: DeploydError.self) { try result.get() }
        #expect(error?.code == .cancelled)
        return (Array(told.withLock(\.self).prefix(count)), asked.withLock(\.self))
    }

    private static let head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n"
    private static let list: JSONValue = [
        "items": [["metadata": ["name": "a"]]], "metadata": ["resourceVersion": "10"],
    ]

    /// Goes on from the last event or bookmark, without a list.
    @Test func resumesWhereItBrokeOff() async throws {
        let (told, asked) = try await watch(4) { path, index, connection in
            guard path.contains("watch=true") else { return connection.answer(Self.list) }
            connection.write(Self.head)
            switch index {
            case 1:
                connection.write(Self.event("ADDED", "b", "11") + Self.event("BOOKMARK", "", "15"))
                connection.end()
            case 2:
                connection.write(Self.event("DELETED", "a", "17") + Self.event("STRANGE", "a", "18"))
                connection.end()
            default:
                connection.write(Self.event("MODIFIED", "b", "19"))
                connection.waitForClient()
            }
        }
        #expect(told == ["all [\"a\"]", "changed b", "removed a", "changed b"])
        #expect(
            asked == [
                "limit=500", "watch=true&resourceVersion=10", "watch=true&resourceVersion=15",
                "watch=true&resourceVersion=17",
            ])
    }

    /// Where the position is too old, as an event or as a status, everything is listed anew.
    @Test(arguments: [true, false]) func listsAnewWhatIsTooOld(byEvent: Bool) async throws {
        let (told, asked) = try await watch(4) { path, index, connection in
            guard path.contains("watch=true") else { return connection.answer(Self.list) }
            if index == 2, !byEvent { return connection.answer(status: "410 Gone") }
            connection.write(Self.head + (index == 2 ? Self.expired : Self.event("MODIFIED", "a", "11")))
            if index < 3 { return connection.end() }
            connection.waitForClient()
        }
        #expect(told == ["all [\"a\"]", "changed a", "all [\"a\"]", "changed a"])
        let positions = [10, 11].map { "watch=true&resourceVersion=\($0)" }
        #expect(asked == ["limit=500", positions[0], positions[1], "limit=500", positions[0]])
    }

    /// A server whose lists are too old at once is not asked without pause, and that is told.
    @Test func doesNotListForEver() async throws {
        let (told, _) = try await watch(5) { path, _, connection in
            guard path.contains("watch=true") else { return connection.answer(Self.list) }
            connection.answer(status: "410 Gone")
        }
        let all = "all [\"a\"]"
        #expect(told == [all, "interrupted preconditionFailed", all, all, all])
    }

    @Test func saysWhenItSeesNothing() async throws {
        let (told, _) = try await watch(4) { path, index, connection in
            guard path.contains("watch=true") else { return connection.answer(Self.list) }
            if index == 1 { return connection.answer(status: "500 Internal Server Error") }
            connection.write(Self.head + Self.event("MODIFIED", "a", "19"))
            connection.waitForClient()
        }
        #expect(told == ["all [\"a\"]", "interrupted unavailable", "resumed", "changed a"])
    }
}
