import Core
import Model

/// Events as JSON text, byte for byte as `Wire.Event` is written. By hand, since they are what is asked for most: the general
/// encoder takes five times as long.
enum EventText {
    static func page(_ page: Page<Event>) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(64 + 512 * page.items.count)
        JSONText.write(raw: #"{"items":["#, to: &output)
        for (index, event) in page.items.enumerated() {
            if index > 0 { JSONText.write(raw: ",", to: &output) }
            write(event, to: &output)
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
        let draft = event.draft
        member(#"{"actor":"#, draft.actor, to: &output)
        member(#","after":"#, draft.after, to: &output)
        member(#","application":"#, draft.application, to: &output)
        member(#","before":"#, draft.before, to: &output)
        JSONText.write(raw: #","cause":"#, to: &output)
        write(draft.cause, to: &output)
        member(#","detail":"#, draft.detail, to: &output)
        member(#","environment":"#, draft.environment, to: &output)
        JSONText.write(raw: #","id":"#, to: &output)
        JSONText.write(event.id, to: &output)
        member(#","target":"#, draft.target, to: &output)
        JSONText.write(raw: #","time":""#, to: &output)
        event.time.write(to: &output)
        member(#"","type":"#, draft.type.rawValue, to: &output)
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
