import Core
import Testing

@Suite struct TimestampTests {
    static let moments: [(text: String, canonical: String)] = [
        ("1970-01-01T00:00:00Z", "1970-01-01T00:00:00.000000Z"),
        ("2026-01-31T12:00:00.123456Z", "2026-01-31T12:00:00.123456Z"),
        ("2026-01-31t12:00:00.5z", "2026-01-31T12:00:00.500000Z"),
        ("2026-01-31T12:00:00.123456789Z", "2026-01-31T12:00:00.123456Z"),
        ("2026-01-31T23:30:00+02:00", "2026-01-31T21:30:00.000000Z"),
        ("2026-01-31T23:30:00-01:45", "2026-02-01T01:15:00.000000Z"),
        ("2025-12-31T23:59:60Z", "2026-01-01T00:00:00.000000Z"),
        ("2024-02-29T00:00:00Z", "2024-02-29T00:00:00.000000Z"),
        ("2000-02-29T00:00:00Z", "2000-02-29T00:00:00.000000Z"),
        ("1969-12-31T23:59:59.999999Z", "1969-12-31T23:59:59.999999Z"),
        ("1900-03-01T00:00:00+00:00", "1900-03-01T00:00:00.000000Z"),
        ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00.000000Z"),
        ("9999-12-31T23:59:59Z", "9999-12-31T23:59:59.000000Z"),
    ]

    @Test func readsAndWritesMoments() throws {
        for (text, canonical) in Self.moments {
            let moment = try #require(Timestamp(rfc3339: text), "\(text)")
            #expect([moment.rfc3339, "\(moment)"] == [canonical, canonical])
        }
        let known = ["2001-09-09T01:46:40Z", "1969-12-31T23:59:58.5Z", "2038-01-19T03:14:08Z"]
        let seconds = known.compactMap { Timestamp(rfc3339: $0)?.microseconds }
        #expect(seconds == [1_000_000_000_000_000, -1_500_000, 2_147_483_648_000_000])
    }

    @Test func refusesWhatIsNoMoment() {
        let texts = [
            "", "2026-01-31", "2026-01-31T12:00:00", "2026-01-31 12:00:00Z", "2026-13-01T00:00:00Z",
            "2026-00-01T00:00:00Z", "2026-01-32T00:00:00Z", "2026-01-00T00:00:00Z", "2025-02-29T00:00:00Z",
            "1900-02-29T00:00:00Z", "2026-04-31T00:00:00Z", "2026-01-31T24:00:00Z", "2026-01-31T12:60:00Z",
            "2026-01-31T12:00:61Z", "2026-01-31T12:00:00.Z", "2026-01-31T12:00:00.1x", "2026-01-31T12:00:00+2:00",
            "2026-01-31T12:00:00+02", "2026-01-31T12:00:00+24:00", "2026-01-31T12:00:00Z ", "+026-01-31T12:00:00Z",
            "２026-01-31T12:00:00Z", "2026-01-31T12:00:00ZZ",
        ]
        #expect(texts.filter { Timestamp(rfc3339: $0) != nil } == [])
    }

    @Test func everyDayComesBack() {
        // 800 years around 1970, a prime number of seconds apart.
        let moments = stride(from: -12_622_780_800, to: 12_622_780_800, by: 86_399 * 7).map(Timestamp.init(seconds:))
        #expect(moments.filter { Timestamp(rfc3339: $0.rfc3339) != $0 } == [])
    }

    @Test func writesCompactly() throws {
        let moments = ["2026-01-31T12:00:00.9Z", "1969-12-31T23:59:59.9Z"].compactMap(Timestamp.init(rfc3339:))
        #expect(moments.map(\.compact) == ["20260131T120000Z", "19691231T235959Z"])
    }

    @Test func reckonsWithoutOverflow() {
        let start = Timestamp(microseconds: 1_500_000)
        let ends = [Timestamp(microseconds: .min), Timestamp(microseconds: .max)]
        #expect([start + .milliseconds(2), start + .seconds(-2)].map(\.microseconds) == [1_502_000, -500_000])
        #expect(start - Timestamp(seconds: 1) == .milliseconds(500))
        #expect([Timestamp(seconds: -2) + .seconds(Int64.min), start + .seconds(Int64.max)] == ends)
        #expect([Timestamp(seconds: .min), Timestamp(seconds: .max)] == ends)
        #expect(ends.map(\.compact) == ["-2903081221T195905Z", "2942470110T040054Z"])
        #expect((ends[1] - ends[0]).components.seconds == 18_446_744_073_709)
    }
}
