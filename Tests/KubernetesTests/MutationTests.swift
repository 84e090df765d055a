import Core
import Formats
import TestSupport
import Testing

@testable import Kubernetes

/// Whatever stands in files and answers, it is read or refused, and nothing traps.
@Suite struct MutationTests {
    private func mutated(_ text: String, _ generator: inout SeededGenerator) -> [UInt8] {
        var bytes = Array(text.utf8)
        for _ in 0..<Int.random(in: 1...4, using: &generator) {
            let place = Int.random(in: 0..<bytes.count, using: &generator)
            switch Int.random(in: 0..<3, using: &generator) {
            case 0: bytes[place] = UInt8.random(in: 0...255, using: &generator)
            case 1: bytes.remove(at: place)
            default: bytes.insert(contentsOf: bytes[place...].prefix(8), at: place)
            }
        }
        return bytes
    }

    @Test func survivesKubeconfigs() {
        let text = """
            clusters: [{name: c, cluster: {server: 'https://h', certificate-authority-data: LS0tLS1CRUdJTiBYLS0tLS0K}}]
            users:
            - name: u
              user: {exec: {apiVersion: client.authentication.k8s.io/v1, command: a, env: [{name: A, value: b}]}}
            contexts: [{name: x, context: {cluster: c, user: u}}]
            current-context: x
            """
        var generator = SeededGenerator(5)
        var good = 0
        for _ in 0..<1000 {
            let parsed = Kubeconfig.parse(mutated(text, &generator), file: "/k/config")
            if let config = parsed.value, (try? config.connection()) != nil { good += 1 }
        }
        #expect((1..<1000).contains(good), "some are good still, some are not")
    }

    @Test func survivesAnswers() {
        let event = #"{"type":"MODIFIED","object":{"kind":"Pod","apiVersion":"v1","metadata":{"managedFields":"#
        let text =
            event + #"[{"manager":"m","fieldsV1":{"f:a":{"k:{\"n\":1}":{}}}}]}}}"# + "\n"
            + #"{"type":"ERROR","object":{"kind":"Status","code":410,"details":{"causes":[{"field":".a"}]}}}"# + "\n"
        var generator = SeededGenerator(6)
        var events = 0
        for _ in 0..<1000 {
            let bytes = mutated(text, &generator)
            _ = APIStatus(code: 403, body: bytes).error(for: RequestSubject("get"), cluster: "c").message
            var reader = JSONLineReader(maximumBytes: 1000)
            for json in (try? reader.feed(bytes)) ?? [] {
                let event = try? WatchEvent(json, .pod, subject: RequestSubject("watch"), cluster: "c")
                if case .modified(let object) = event { events += object.managers.count }
            }
        }
        #expect(events > 0)
    }
}
