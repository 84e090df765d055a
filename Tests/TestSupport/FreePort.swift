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
        let probe = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        defer { close(probe) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = UInt32(INADDR_LOOPBACK).bigEndian
        return withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(probe, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
    }
}
