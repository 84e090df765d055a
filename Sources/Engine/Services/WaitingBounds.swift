import Core
import Model
import Synchronization

/// How many deliveries may wait; senders of more are told to come back.
public struct DeliveryLimits: Sendable, Equatable {
    public let total: Int
    /// Of one repository, and of the trees that are pushed to one place: nobody takes all the room.
    public let perRepository: Int

    public init(total: Int = 50_000, perRepository: Int = 10_000) {
        self.total = total
        self.perRepository = perRepository
    }
}

/// Keeps those that wait under the limits.
final class WaitingBounds: Sendable {
    /// Places to push trees to may be named freely; what is forgotten is counted again.
    private static let maximumLanes = 10_000

    let limits: DeliveryLimits
    private let total: WaitingBound
    private let lanes = Mutex<[String: WaitingBound]>([:])

    init(_ limits: DeliveryLimits) {
        self.limits = limits
        total = WaitingBound(limits.total)
    }

    /// - Throws: `.exhausted` when there is no room for another one.
    func admit(_ delivery: Delivery, in reader: any StorageReader) throws {
        let (lane, moment) = (delivery.lane, delivery.receivedAt)
        guard try bound(of: lane).admit(at: moment, counting: { try reader.waitingDeliveryCount(inLane: lane) }) else {
            let whose = delivery.repository ?? "pushed folders of one place"
            throw DeploydError(
                .exhausted,
                "\(limits.perRepository) deliveries of \(whose) wait to be processed; send it again later")
        }
        guard try total.admit(at: moment, counting: reader.waitingDeliveryCount) else {
            throw DeploydError(
                .exhausted, "\(limits.total) deliveries wait to be processed; send it again later")
        }
    }

    /// One more waits, whatever the limits.
    func added(_ delivery: Delivery) {
        bound(of: delivery.lane).added()
        total.added()
    }

    private func bound(of lane: String) -> WaitingBound {
        lanes.withLock { lanes in
            if let known = lanes[lane] { return known }
            if lanes.count >= WaitingBounds.maximumLanes { lanes = [:] }
            let bound = WaitingBound(limits.perRepository)
            lanes[lane] = bound
            return bound
        }
    }
}
