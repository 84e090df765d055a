import Core
import Synchronization
import Testing

@Suite struct SecretTests {
    private struct Holder {
        let name = "holder"
        let secret = Secret("hunter2")
        let many = [Secret("hunter2")]
        let keyed = ["key": Secret("hunter2")]
        let maybe: Secret? = Secret("hunter2")
    }

    @Test func nothingShowsIt() {
        let secret = Secret("hunter2")
        var texts = ["\(secret)", String(describing: secret), String(reflecting: secret), "\([secret])", "\(Holder())"]
        texts += [String(reflecting: Holder()), "\(Mirror(reflecting: secret).children.map { "\($0)" })"]
        for value in [secret, Holder(), [secret]] as [Any] {
            var dumped = ""
            dump(value, to: &dumped)
            var printed = ""
            print(value, to: &printed)
            debugPrint(value, to: &printed)
            texts += [dumped, printed]
        }
        #expect(texts.filter { $0.contains("hunter2") } == [])
        #expect([texts[0], secret.reveal(), "\(secret == Secret("hunter2"))"] == ["•••", "hunter2", "true"])
    }
}

@Suite struct LogTests {
    @Test func writesOneLineEach() {
        let lines = Lines()
        let log = Log(level: .info, write: lines.add).with("world", "dev")
        log.debug("not shown")
        log.info("plain", ["a": "b", "empty": "", "spaced": "two words", "quote": "say \"x\"", "equals": "a=b"])
        log.warning("forged\n2026 error \u{1B}[31mred", ["text": "a\nb\u{1B}\u{7F}", "utf8": "é"])
        Log(level: .error, write: lines.add).warning("not shown either")
        #expect(
            lines.withoutTimes == [
                #"info plain world=dev a=b empty="" spaced="two words" quote="say \"x\"" equals="a=b""# + "\n",
                #"warning forged\n2026 error \u{1B}[31mred world=dev text="a\nb\u001b\u{7F}" utf8=é"# + "\n",
            ])
        #expect([Log.Level("debug"), Log.Level("error"), Log.Level("loud")] == [.debug, .error, nil])
    }

    private final class Lines: Sendable {
        private let lines = Mutex<[String]>([])
        var add: @Sendable (String) -> Void { { line in self.lines.withLock { $0.append(line) } } }
        var withoutTimes: [String] {
            lines.withLock { lines in
                lines.map { line in
                    guard let space = line.firstIndex(of: " "), Timestamp(rfc3339: String(line[..<space])) != nil
                    else { return "no time: \(line)" }
                    return String(line[line.index(after: space)...])
                }
            }
        }
    }
}

@Suite struct MetricsTests {
    @Test func writesPrometheusText() {
        let metrics = Metrics()
        metrics.declare("b_total", .counter, help: "Things that were done.")
        metrics.declare("a", .gauge, help: "How many there are.")
        metrics.declare("a", .counter, help: "Not this.")
        metrics.increment("b_total", labels: ["result": "ok", "code": "1"])
        metrics.increment("b_total", by: 2, labels: ["code": "1", "result": "ok"])
        metrics.increment("b_total", labels: ["result": "a\\b\"c\nd\te"])
        metrics.increment("undeclared")
        metrics.set("a", 0.25)
        metrics.set("a", -3)
        #expect(
            metrics.text == #"""
                # HELP a How many there are.
                # TYPE a gauge
                a -3
                # HELP b_total Things that were done.
                # TYPE b_total counter
                b_total{code="1",result="ok"} 3
                b_total{result="a\\b\"c\nd\#te"} 1

                """#)
    }

    @Test func listsWhatIsDeclaredOnly() {
        let metrics = Metrics()
        metrics.declare("idle_total", .counter, help: "Nothing yet.")
        #expect(metrics.text == "# HELP idle_total Nothing yet.\n# TYPE idle_total counter\nidle_total 0\n")
    }
}

@Suite struct ErrorTests {
    @Test func wrapsOnlyWhatIsNotOurs() {
        struct Other: Error {}
        let ours = DeploydError(.notFound, "there is no world 'x'")
        let errors = [
            DeploydError.wrapping(ours, "unused"), .wrapping(Other(), "reading failed"),
            .system("open x", errno: 2, code: .notFound),
        ]
        let texts = errors.map { "\($0.code.rawValue): \($0)" }
        #expect(
            texts == [
                "notFound: there is no world 'x'", "internal: reading failed: Other()",
                "notFound: open x: No such file or directory",
            ])
    }
}
