import Synchronization

/// Counters and gauges, written as Prometheus text (exposition format 0.0.4).
public final class Metrics: Sendable {
    public enum Kind: String, Sendable { case counter, gauge }

    private struct Family {
        let help: String
        let kind: Kind
        var series: [String: Double] = [:]
        var counters: [String: MetricCounter] = [:]

        /// What has a value, by its labels.
        var values: [String: Double] {
            counters.reduce(into: series) { values, counter in
                let value = counter.value.value
                if value > 0 { values[counter.key, default: 0] += value }
            }
        }
    }

    private let families = Mutex<[String: Family]>([:])

    public init() {}

    /// Names a metric, so that it is listed with its help even before it has a value. Repeating it changes nothing.
    public func declare(_ name: String, _ kind: Kind, help: String) {
        families.withLock { families in
            guard families[name] == nil else { return }
            families[name] = Family(help: help, kind: kind)
        }
    }

    /// Adds to a declared counter; an undeclared name is ignored.
    public func increment(_ name: String, by amount: Double = 1, labels: KeyValuePairs<String, String> = [:]) {
        let key = Metrics.key(labels)
        families.withLock { $0[name]?.series[key, default: 0] += amount }
    }

    /// A series of a declared counter; it is listed from the first increment on. Of an undeclared name it is listed nowhere.
    public func counter(_ name: String, labels: KeyValuePairs<String, String>) -> MetricCounter {
        let key = Metrics.key(labels)
        return families.withLock { families in
            if let known = families[name]?.counters[key] { return known }
            let counter = MetricCounter()
            families[name]?.counters[key] = counter
            return counter
        }
    }

    /// Sets a declared gauge; an undeclared name is ignored.
    public func set(_ name: String, _ value: Double, labels: KeyValuePairs<String, String> = [:]) {
        let key = Metrics.key(labels)
        families.withLock { $0[name]?.series[key] = value }
    }

    public var text: String {
        families.withLock { families in
            families.sorted { $0.key < $1.key }.map { name, family in
                let values = family.values
                let lines = values.isEmpty ? [""].map { ($0, 0.0) } : values.sorted { $0.key < $1.key }
                return "# HELP \(name) \(family.help)\n# TYPE \(name) \(family.kind.rawValue)\n"
                    + lines.map { "\(name)\($0.0) \(Metrics.number($0.1))\n" }.joined()
            }.joined()
        }
    }

    private static func key(_ labels: KeyValuePairs<String, String>) -> String {
        guard !labels.isEmpty else { return "" }
        let pairs = labels.sorted { $0.key < $1.key }.map { "\($0.key)=\"\(escaped($0.value))\"" }
        return "{" + pairs.joined(separator: ",") + "}"
    }

    /// The format knows these three escapes and refuses others, such as JSON's.
    private static func escaped(_ value: String) -> String {
        value.unicodeScalars.reduce(into: "") { result, scalar in
            switch scalar {
            case "\\": result += "\\\\"
            case "\"": result += "\\\""
            case "\n": result += "\\n"
            default: result.unicodeScalars.append(scalar)
            }
        }
    }

    private static func number(_ value: Double) -> String {
        value == value.rounded() && abs(value) < 1e15 ? String(Int64(value)) : "\(value)"
    }
}
