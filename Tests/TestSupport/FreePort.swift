public import Core
import Glibc

/// A port of loopback below those that the kernel gives to connections.
public enum FreePort {
    public static func find() throws(DeploydError) -> Int {
        for _ in 0..<1000 {
            let port = Int.random(in: 12_000..<30_000)
            if isFree(port) { return port }
        }
        throw DeploydError(.exhausted, "no port of loopback is free")
    }

    private static func isFree(_ port: Int) -> Bool {
        guard let probe = bound(port) else { return false }
        close(probe)
        return true
    }

    /// - Returns: a socket that holds the port; nil when another does.
    static func bound(_ port: Int) -> Int32? {
        let holder = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = UInt32(INADDR_LOOPBACK).bigEndian
        let isBound = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(holder, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
        if !isBound { close(holder) }
        return isBound ? holder : nil
    }
}
