import Core
import Model

/// Events as JSON text, byte for byte as `Wire.Event` is written. By hand, since they are what is asked for most: the general
/// encoder takes five times as long.
enum EventText {
    static func page(_ page: Page<Event>) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(64 + 512 * page.items.count)
        JSONText.write(raw: #"{"items":["#, to: &output)
        for index in page.items.indices {
            if index > 0 { JSONText.write(raw: ",", to: &output) }
            write(page.items[index], to: &output)
        }
        JSONText.write(raw: "]", to: &output)
        member(#","next":"#, page.next, to: &output)
        JSONText.write(raw: "}", to: &output)
        return output
    }

    static func bytes(_ event: Event) -> [UInt8] {
        var output: [UInt8] = []
        write(event, to: &output)
        return output
    }

    private static func write(_ event: Event, to output: inout [UInt8]) {
        member(#"{"actor":"#, event.draft.actor, to: &output)
        member(#","after":"#, event.draft.after, to: &output)
        member(#","application":"#, event.draft.application, to: &output)
        member(#","before":"#, event.draft.before, to: &output)
        JSONText.write(raw: #","cause":"#, to: &output)
        write(event.draft.cause, to: &output)
        member(#","detail":"#, event.draft.detail, to: &output)
        member(#","environment":"#, event.draft.environment, to: &output)
        JSONText.write(raw: #","id":"#, to: &output)
        JSONText.write(event.id, to: &output)
        member(#","target":"#, event.draft.target, to: &output)
        JSONText.write(raw: #","time":""#, to: &output)
        event.time.write(to: &output)
        member(#"","type":"#, event.draft.type.rawValue, to: &output)
        JSONText.write(raw: "}", to: &output)
    }

    private static func write(_ cause: Cause?, to output: inout [UInt8]) {
        guard let cause else { return JSONText.write(raw: "null", to: &output) }
        member(#"{"id":"#, cause.id, to: &output)
        member(#","kind":"#, cause.kind.rawValue, to: &output)
        JSONText.write(raw: "}", to: &output)
    }

    /// - Parameter start: what stands before the value.
    private static func member(_ start: StaticString, _ value: String?, to output: inout [UInt8]) {
        JSONText.write(raw: start, to: &output)
        guard let value else { return JSONText.write(raw: "null", to: &output) }
        JSONText.write(value, to: &output)
    }
}
