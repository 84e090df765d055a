import Core
import Formats

/// `replicas:`.
enum ReplicasFormat {
    private static let number = Shape<Int64>.integer(1...1000)

    static let shape = Shape<Int>(number.schema) { place in
        guard place.node.mapping == nil else {
            place.fail("a range of replicas is not built yet; use \(number.schema.expected)")
            return nil
        }
        if case .integer(0)? = place.node.scalar?.kind {
            return place.fail(
                expected: number.schema.expected, hint: "; to have none run for a while, use `deployd stop`")
        }
        return number.read(place).map { Int($0) }
    }
}

/// `update:`. What it may say besides `rolling` is refused by name.
enum UpdateFormat {
    private static let unbuilt = ["blue-green", "append-only"]
    private static let expected = "rolling"

    static let shape = Shape<Bool>(.scalar(expected: expected, json: ["enum": [.string(expected)]])) { place in
        guard let scalar = place.node.scalar, place.node.tag == nil, scalar.kind == .string else {
            return place.fail(expected: expected)
        }
        if scalar.text == expected { return true }
        guard !unbuilt.contains(scalar.text) else {
            place.fail("'\(scalar.text)' is not built yet; use rolling")
            return nil
        }
        return place.fail(expected: expected, hint: NearestName.hint(scalar.text, in: [expected] + unbuilt))
    }
}
