import Glibc

/// The `Date` header field (RFC 9110 §5.6.7), made once a second.
struct DateHeader {
    private var second = -1
    private(set) var line: [UInt8] = []

    /// - Parameter now: seconds since 1970.
    mutating func update(_ now: Int) {
        guard now != second else { return }
        second = now
        var moment = time_t(now)
        var fields = tm()
        gmtime_r(&moment, &fields)
        let days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let date = "\(days[Int(fields.tm_wday)]), \(two(fields.tm_mday)) \(months[Int(fields.tm_mon)])"
        let time = "\(two(fields.tm_hour)):\(two(fields.tm_min)):\(two(fields.tm_sec))"
        line = Array("Date: \(date) \(1900 + fields.tm_year) \(time) GMT\r\n".utf8)
    }

    private func two(_ value: Int32) -> String { value < 10 ? "0\(value)" : "\(value)" }
}
