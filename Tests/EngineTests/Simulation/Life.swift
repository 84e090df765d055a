import Engine
import Model
import Synchronization
import TestSupport

/// A server that dies when a fault says so, and is started again over the same database.
actor Life {
    nonisolated let durable: Durable
    private nonisolated let areFaultsOn = Setting(true)
    private let seed: UInt64
    private let deaths: AsyncStream<Void>
    private nonisolated let die: AsyncStream<Void>.Continuation
    private var engine: TestEngine?
    private(set) var lives = 0

    init(seed: UInt64, durable: Durable) {
        self.seed = seed
        self.durable = durable
        (deaths, die) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    var current: TestEngine {
        get async throws {
            while true {
                if let engine { return engine }
                try await Task.sleep(for: .milliseconds(1))
            }
        }
    }

    /// Lives and dies until the task is cancelled.
    func run() async {
        await begin()
        for await _ in deaths {
            await end()
            await begin()
        }
    }

    /// Dies once more, and fails no more.
    func calm() async throws {
        areFaultsOn.set(false)
        let before = lives
        die.yield()
        while lives == before { try await Task.sleep(for: .milliseconds(1)) }
    }

    func end() async {
        let last = engine
        engine = nil
        await last?.stop()
    }

    private func begin() async {
        let (seed, areFaultsOn, lives) = (seed, areFaultsOn, lives)
        let refusals = Mutex(SeededGenerator(seed, "refusals", "\(lives)"))
        let faults = Faults { call in
            Life.fault(of: call, seed: seed, life: lives, isOn: areFaultsOn.current)
        } onCrash: { [die] in
            die.yield()
        }
        let next = TestEngine(durable, faults: faults) {
            areFaultsOn.current && refusals.withLock { Int.random(in: 0..<100, using: &$0) } == 0
        }
        try? await next.start()
        engine = next
        self.lives += 1
    }

    /// The same for the same call in the same life of the same seed.
    private static func fault(of call: Call, seed: UInt64, life: Int, isOn: Bool) -> Fault? {
        if call.version.contains("bad"), call.step == "health" { return .verdict }
        guard isOn, call.count < 3 else { return nil }
        var generator = SeededGenerator(seed, call.subject, call.version, call.step, "\(call.count) \(life)")
        switch Int.random(in: 0..<400, using: &generator) {
        case 0..<14: return .transient(afterEffect: false)
        case 14..<28: return .transient(afterEffect: true)
        case 28..<30: return .crash(afterEffect: false)
        case 30..<34: return .crash(afterEffect: true)
        case 34: return .hang
        case 35..<41: return ["fetch", "observe", "revive"].contains(call.step) ? nil : .verdict
        default: return nil
        }
    }
}
