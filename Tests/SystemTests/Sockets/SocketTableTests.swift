import Glibc
import TestSupport
import Testing

@testable import System

struct SocketTableTests {
    @Test func linesOfProcAreRead() {
        let text = """
              sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
               0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4711 1 0 100 0 0 10 0
               1: 0200000A:0050 0300000A:C350 01 00000000:00000000 00:00000000 00000000     0        0 4712 1 0
              12: 00000000000000000000000001000000:0BB8 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4713 1
               3: nonsense 00000000:0000 0A 0 0 0 0 0 0 0
            """
        #expect(
            SocketEntry.parse(text).map { "\($0.address) \($0.isListening) \($0.inode)" } == [
                "127.0.0.1:8080 true 4711", "10.0.0.2:80 false 4712", "[::1]:3000 true 4713",
            ])
        let ranges = ["32768\t60999\n", "1 2 3", "", "9 3", "x y"].map { OutgoingPorts.parse($0) }
        #expect(ranges == [32768...60999, nil, nil, nil, nil])
    }

    @Test func whoListensIsFound() throws {
        let port = try FreePort.find()
        #expect(SocketTable.now().holder(of: port) == nil)
        let listener = try #require(Descriptor(made: socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(UInt16(port)).bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        let isListening = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener.number, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
        #expect(isListening && listen(listener.number, 1) == 0)
        let table = SocketTable.now()
        #expect(table.holder(of: port)?.hasSuffix("(process \(getpid()))") == true)
        #expect(table.listening([getpid()]).contains("127.0.0.1:\(port)"))
        #expect(table.listening([1]).contains("127.0.0.1:\(port)") == false)
        withExtendedLifetime(listener) {}
    }
}
