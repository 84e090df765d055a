import Core
import Formats

/// `replicas:`.
enum ReplicasFormat {
    struct Replicas: Sendable {
        let count: Int
        var autoscaling: Autoscaling?
    }

    static let defaultCPU = 80

    private static let number = Shape<Int64>.integer(1...1000)
    private static let count = Shape<Int>(number.schema) { place in
        if case .integer(0)? = place.node.scalar?.kind {
            return place.fail(
                expected: number.schema.expected, hint: "; to have none run for a while, use `deployd stop`")
        }
        return number.read(place).map { Int($0) }
    }

    static let minimum = Field("min", count, required: true, "How many run at least, and at first")
    static let maximum = Field("max", count, required: true, "How many run at most")
    private static let cpu = Field(
        "cpu", Shape<Int64>.integer(1...1000).map { Int($0) },
        "The use of the processors that are asked for (limits.cpu) that is aimed at, in percent; default 80")

    private static let range = Shape<Replicas>.mapping([minimum, maximum, cpu]) { reader in
        let percent = reader[cpu]
        guard let least = reader[minimum], let most = reader[maximum] else { return nil }
        guard least <= most else {
            reader.place(of: maximum).fail("\(most) are fewer than min, \(least)")
            return nil
        }
        return Replicas(
            count: least,
            autoscaling: Autoscaling(minimum: least, maximum: most, cpuPercent: percent ?? defaultCPU))
    }

    static let shape = Shape<Replicas>.either(count.map { Replicas(count: $0) }, range)
}
