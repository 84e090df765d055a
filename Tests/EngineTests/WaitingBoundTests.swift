import Core
import Testing

@testable import Engine

struct WaitingBoundTests {
    @Test("The bound holds, counted only when what is known reaches it")
    func bound() throws {
        let bound = WaitingBound(10)
        var waiting = 0
        var counts = 0
        let admit = { (seconds: Int64) in
            let isAdmitted = bound.admit(at: Timestamp(seconds: seconds)) {
                counts += 1
                return waiting
            }
            if isAdmitted { waiting += 1 }
            return isAdmitted
        }
        #expect((0..<10).allSatisfy { _ in admit(0) } && counts == 1)
        // Full: counted once, then not again before a while is over, though some were processed meanwhile.
        #expect(!admit(0) && counts == 2)
        waiting = 4
        #expect(!admit(0) && counts == 2)
        #expect((0..<6).allSatisfy { _ in admit(1) } && counts == 3 && waiting == 10)
        #expect(!admit(1))
        bound.added()
        waiting = 11
        #expect(!admit(2) && waiting == 11)
    }
}
