import Core
import HTTPClient
import Testing

@Suite struct ServerSentEventTests {
    /// The examples of WHATWG HTML §9.2.6 and the corners of its rules.
    static let streams: [(text: String, events: [String])] = [
        ("data: YHOO\ndata: +2\ndata: 10\n\n", ["|message|YHOO\n+2\n10"]),
        (
            ": test stream\n\ndata: first event\nid: 1\n\ndata:second event\nid\n\ndata:  third event\n\n",
            ["1|message|first event", "|message|second event", "|message| third event"]
        ),
        ("data\n\ndata\ndata\n\ndata:", ["|message|", "|message|\n"]),
        ("data:test\n\ndata: test\n\n", ["|message|test", "|message|test"]),
        (
            "event: add\r\ndata: 1\r\n\r\nevent: remove\rdata: 2\r\rdata: 3\r\n\n",
            ["|add|1", "|remove|2", "|message|3"]
        ),
        ("event: only\n\ndata: x\n\n", ["|message|x"]),
        ("\u{FEFF}data: bom\n\n\u{FEFF}data: no\n\n", ["|message|bom"]),
        ("id: 7\ndata: a\n\ndata: b\n\nid: bad\0\ndata: c\n\n", ["7|message|a", "7|message|b", "7|message|c"]),
        ("unknown: x\ndata: é\u{1F680}\n\n", ["|message|é\u{1F680}"]),
        ("data: incomplete\n", []),
    ]

    @Test(arguments: streams) func readsEventsHoweverTheyAreCut(text: String, events: [String]) throws {
        let bytes = Array(text.utf8)
        for cut in 0...bytes.count {
            var parser = ServerSentEventParser()
            let parts = [try parser.feed(bytes[..<cut]), try parser.feed(bytes[cut...])]
            let read = parts.joined().map { "\($0.id)|\($0.event)|\($0.data)" }
            guard read == events else {
                Issue.record("cut at \(cut): \(read) is not \(events)")
                return
            }
        }
        var parser = ServerSentEventParser()
        let single = try bytes.flatMap { try parser.feed([$0]) }
        #expect(single.map { "\($0.id)|\($0.event)|\($0.data)" } == events)
    }

    @Test func remembersIdAndRetry() throws {
        var parser = ServerSentEventParser(lastEventID: "41")
        let events = try parser.feed("retry: 1500\nretry: soon\ndata: x\n\n".utf8)
        #expect(events == [ServerSentEvent(id: "41", event: "message", data: "x")])
        #expect(parser.retry == .milliseconds(1500))
    }

    @Test func boundsLinesAndEvents() {
        let texts = [String(repeating: "x", count: 101), String(repeating: "data: 1234567890\n", count: 11)]
        for text in texts {
            var parser = ServerSentEventParser(maximumBytes: 100)
            let error = #expect(throws: DeploydError.self) { try parser.feed(text.utf8) }
            #expect(error?.code == .tooLarge)
        }
    }
}
