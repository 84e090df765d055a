import Core
import Glibc
import HTTPClient
import System
import Testing

/// What is measured is what docs/operations.md says of it, and what alerts are made of.
@Suite(.serialized) struct MetricsTests {
    @Test func everyMetricIsDescribedAndWatched() async throws {
        try await withServer { server in
            let text = try await server.http.send(.init("GET", "\(server.url)/metrics")).text
            let exported = text.split(separator: "\n").filter { $0.hasPrefix("# TYPE ") }
                .map { $0.split(separator: " ").dropFirst(2).joined(separator: " ") }
            let rows = readFile("\(ServerFolder.root)/docs/operations.md").split(separator: "\n")
                .filter { $0.hasPrefix("| `deployd_") || $0.hasPrefix("| `process_") }
                .map { row in
                    let cells = row.split(separator: "|").map { $0.filter { $0 != " " && $0 != "`" } }
                    return "\(cells[0].prefix { $0 != "{" }) \(cells[1])"
                }
            #expect(rows.sorted() == exported.sorted())
            let rules = readFile("\(ServerFolder.root)/deploy/prometheus/deployd-rules.yaml")
            for metric in exported {
                let name = String(metric.prefix { $0 != " " })
                #expect(rules.contains(name), "no alert is made of \(name)")
            }
            #expect(text.contains("deployd_instances{health=\"healthy\"} 0\n"))
            #expect(text.contains("deployd_reload_failed 0\n"))
        }
    }

    /// Each alert of the rules is explained, and none that is not there.
    @Test func everyAlertIsExplained() throws {
        let rules = readFile("\(ServerFolder.root)/deploy/prometheus/deployd-rules.yaml").split(separator: "\n")
            .compactMap { line in line.split(separator: "- alert: ").count == 2 ? line.split(separator: " ").last : nil
            }
            .map(String.init)
        let words = readFile("\(ServerFolder.root)/docs/operations.md").split { !$0.isLetter }.map(String.init)
        let explained = Set(words.filter { $0.hasPrefix("Deployd") })
        #expect(Set(rules) == explained && Set(rules).count == rules.count)
    }

    /// Debian's `prometheus` package has it.
    private static let promtool = ["/usr/bin/promtool", "/usr/local/bin/promtool"].first { (path: String) in
        access(path, X_OK) == 0
    }

    @Test(.enabled(if: promtool != nil, "SKIPPED: promtool, of Debian's package prometheus, is not installed"))
    func prometheusTakesTheRules() async throws {
        let runner = try CommandRunner()
        let result = try await runner.run(
            Command(
                try #require(MetricsTests.promtool),
                ["check", "rules", "\(ServerFolder.root)/deploy/prometheus/deployd-rules.yaml"]),
            deadline: .seconds(60), outputLimit: 1 << 20)
        #expect(result.succeeded && result.text.contains("SUCCESS"), "\(result.text)\(result.errorText)")
    }
}
