/// The ports that the kernel gives to connections that this machine makes (ip_local_port_range of ip(7)).
public enum OutgoingPorts {
    /// Nil where `/proc` does not tell.
    public static var range: ClosedRange<Int>? {
        let bytes = (try? Files.read("/proc/sys/net/ipv4/ip_local_port_range", limit: 256)) ?? []
        return parse(String(decoding: bytes, as: UTF8.self))
    }

    static func parse(_ text: String) -> ClosedRange<Int>? {
        let numbers = text.split(whereSeparator: \.isWhitespace).compactMap { Int($0) }
        guard numbers.count == 2, numbers[0] <= numbers[1] else { return nil }
        return numbers[0]...numbers[1]
    }
}
