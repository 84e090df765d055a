import Client
import Core
import Model
import Testing

@testable import API

/// What the API writes is what was said, with sorted keys.
@Suite struct WireJSONTests {
    private struct Value: Encodable {
        struct Inner: Encodable { var z: Int?; var a: [String: Int] }

        var text = "a\"b\\c\n\u{1}ä"
        var count = Int64.min
        var small: UInt8 = 7
        var large = UInt64.max
        var ratio = 0.5
        var broken = Double.nan
        var flag = true
        var nothing: String?
        var ab = 1
        var a = 2
        var inner = Inner(z: nil, a: ["y": 1, "x": 2, "xy": 3])
        var list: [[Int?]] = [[], [1, nil], [2]]
        var time = Timestamp(microseconds: 1_500_000)
        var json: JSONValue = ["b": [1, nil], "a": "c"]
        var empty: [Inner] = []
        var none: [String: Int] = [:]
    }

    @Test func everyKindOfValueIsWritten() throws {
        let text = String(decoding: try WireJSON.bytes(Value()), as: UTF8.self)
        #expect(
            text == #"""
                {"a":2,"ab":1,"broken":null,"count":-9223372036854775808,"empty":[],"flag":true,\#
                "inner":{"a":{"x":2,"xy":3,"y":1},"z":null},"json":{"a":"c","b":[1,null]},"large":null,\#
                "list":[[],[1,null],[2]],"none":{},"nothing":null,"ratio":0.5,"small":7,\#
                "text":"a\"b\\c\n\u0001ä","time":"1970-01-01T00:00:01.500000Z"}
                """#)
        #expect(try JSONValue.parse(text).text == text)
    }

    @Test func whatIsNoObjectIsWrittenToo() throws {
        let texts = [
            try WireJSON.bytes([1, 2]), try WireJSON.bytes("a"), try WireJSON.bytes(3), try WireJSON.bytes([Int]()),
            try WireJSON.bytes([Value.Inner(z: 1, a: [:]), Value.Inner(z: nil, a: [:])]),
        ].map { String(decoding: $0, as: UTF8.self) }
        #expect(texts == ["[1,2]", #""a""#, "3", "[]", #"[{"a":{},"z":1},{"a":{},"z":null}]"#])
    }

    @Test func eventsWrittenByHandAreAsTheyAreSaid() throws {
        let full = EventDraft(
            .versionDeployed, actor: "a\"da", cause: Cause(.delivery, "01\n"), application: "hello",
            environment: "prod",
            target: "prod-eu", before: "v1", after: "v2", detail: "größer als zuvor, viel größer")
        let events = [
            Event(id: .max, time: Timestamp(microseconds: -1), draft: full),
            Event(id: 1, time: Timestamp(microseconds: 1_800_000_000_000_007), draft: EventDraft(.holdSet, actor: "")),
        ]
        for page in [Page(items: events, next: "1"), Page(items: [], next: nil)] {
            #expect(EventText.page(page) == (try WireJSON.bytes(page.wire(Wire.Event.init))))
        }
        #expect(EventText.bytes(events[0]) == (try WireJSON.bytes(Wire.Event(events[0]))))
    }
}
