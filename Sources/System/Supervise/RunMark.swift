/// By what the processes of a run are found that left its session and outlived its supervisor: nothing else says any more
/// whose they are. The environment that they inherited has a path of the run's directory, such as their `HOME`.
enum RunMark {
    static func has(_ pid: Int32, run: String) -> Bool {
        guard let bytes = try? Files.read("/proc/\(pid)/environ", limit: 4 << 20) else { return false }
        let mark = Array("=\(run)/".utf8)
        return bytes.split(separator: 0).contains { variable in
            guard let value = variable.firstIndex(of: UInt8(ascii: "=")) else { return false }
            return variable[value...].starts(with: mark)
        }
    }
}
